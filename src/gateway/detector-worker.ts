// The inside of the worker that a detector of the operator's own runs in, as text.
//
//     request {order, call, ...} ──> the detector of that channel ──> answer {order, result} or {order, error}
//
// Text, because the program is shipped as one bundle: a file of its own would have to be found beside it. Each answer also
// raises a shared counter, on which the other side can wait without giving up its turn.
// Invariant: answers come in the order of the requests, one each; the first one says whether the module could be loaded.

export const WORKER_SOURCE = `
const { workerData } = require('node:worker_threads');
const { port, answers, file } = workerData;
const NO_CREATE = 'it exports no detector: create() is missing';
const detectors = new Map();
let kind;
const tell = (answer) => {
  port.postMessage(answer);
  Atomics.add(answers, 0, 1);
  Atomics.notify(answers, 0);
};
const saying = (error) => ({ error: String((error && error.message) || error).split('\\n', 1)[0] });
const calls = {
  create: ({ id, options, saved }) => {
    const detector = kind.create(options, saved ?? undefined);
    if (typeof detector?.accept !== 'function') throw new Error('create() gives no detector: accept() is missing');
    detectors.set(id, detector);
  },
  accept: ({ id, seen }) => detectors.get(id).accept(seen),
  interrupt: ({ id }) => void detectors.get(id).interrupt?.(),
  shift: ({ id, byMs }) => void detectors.get(id).shift?.(byMs),
  state: ({ id }) => JSON.stringify(detectors.get(id).state?.() ?? null),
};
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
  if (typeof kind.create !== 'function') tell({ order: 0, error: NO_CREATE });
  else {
    tell({ order: 0 });
    // What was asked until now has waited.
    port.on('message', answer);
  }
} catch (error) {
  tell({ order: 0, ...saying(error) });
}
`;
