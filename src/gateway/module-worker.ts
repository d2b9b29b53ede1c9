// The inside of the worker that a module of the operator's own runs in, as text.
//
//     request {order, call, ...} ──> the call of its contract ──> answer {order, result} or {order, error}
//
// Text, because the program is shipped as one bundle: a file of its own would have to be found beside it. Each answer also
// raises a shared counter, on which the other side can wait without giving up its turn.
// Invariant: answers come in the order of the requests, one each; the first one says whether the module could be loaded.

/** What a module has to offer, and what it is asked. */
export interface ModuleContract {
  /** What it is asked about, for whoever reads why it was switched off. */
  readonly unit: string;
  /**
   * JavaScript: `problemOf(kind)` says what the module lacks, `calls` holds a function for each call; `kind` is its default
   * export, or all that it exports.
   */
  readonly source: string;
}

export const workerSource = ({ source }: ModuleContract): string => `
const { workerData } = require('node:worker_threads');
const { port, answers, file } = workerData;
let kind;
${source}
const tell = (answer) => {
  port.postMessage(answer);
  Atomics.add(answers, 0, 1);
  Atomics.notify(answers, 0);
};
const saying = (error) => ({ error: String((error && error.message) || error).split('\\n', 1)[0] });
const answer = ({ order, call, ...given }) => {
  try {
    tell({ order, result: calls[call](given) });
  } catch (error) {
    tell({ order, ...saying(error) });
  }
};
try {
  const module = require(file);
  kind = module.default ?? module;
  const problem = problemOf(kind);
  if (problem !== undefined) tell({ order: 0, error: problem });
  else {
    tell({ order: 0 });
    // What was asked until now has waited.
    port.on('message', answer);
  }
} catch (error) {
  tell({ order: 0, ...saying(error) });
}
`;
