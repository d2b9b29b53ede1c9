// Asks a module of the operator's own (a detector, a similarity function), which runs in a worker, and switches it off when it fails.
//
//     ask ──> worker ──> answers, in order ──> whoever asked
//
// The wait for an answer is bounded, and a request that stays without one past its deadline, an error or the end of the
// worker is the end of it: for all who ask, told once. Invariant: after that nothing is asked, and nobody waits.
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { reasonOf } from '../core/errors.ts';
import { moduleAnswerMsMax, moduleHeapMbMax, moduleLoadMsMax, moduleRequestsMax } from '../core/module-limits.ts';
import { type ModuleContract, workerSource } from './module-worker.ts';

export interface ModuleHostOptions {
  /** Absolute path of the module. */
  readonly file: string;
  readonly contract: ModuleContract;
  /** How long `ask` waits for its answer; what comes later is told when it is next asked. */
  readonly waitMs: number;
  /** @param reason why it was switched off, in a few words */
  readonly onOff: (reason: string) => void;
}

/** @param result undefined where the request has none */
type OnAnswer = (result: unknown) => void;

interface Request {
  readonly order: number;
  readonly onAnswer: OnAnswer;
}

interface Answer {
  readonly order: number;
  readonly result?: unknown;
  readonly error?: string;
}

export class ModuleHost implements AsyncDisposable {
  readonly #options: ModuleHostOptions;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #answers = new Int32Array(new SharedArrayBuffer(4));
  /** Without an answer yet, oldest first. */
  #requests: Request[] = [];
  #order = 0;
  /** When the oldest of them began. */
  #busySinceMs = performance.now();
  #isLoaded = false;
  #isOff = false;

  constructor(options: ModuleHostOptions) {
    const { port1, port2 } = new MessageChannel();
    this.#options = options;
    this.#port = port1;
    this.#requests.push({ order: 0, onAnswer: () => this.#loaded() });
    const { file, contract } = options;
    this.#worker = new Worker(workerSource(contract), {
      eval: true,
      workerData: { port: port2, answers: this.#answers, file },
      transferList: [port2],
      resourceLimits: { maxOldGenerationSizeMb: moduleHeapMbMax },
    });
    this.#worker.on('error', (error) => this.switchOff(reasonOf(error)));
    this.#worker.on('exit', () => this.switchOff('it ended its worker'));
    // Neither keeps a process alive that has nothing else to do.
    this.#worker.unref();
    port1.unref();
  }

  get isOff(): boolean {
    return this.#isOff;
  }

  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /** @param waitMs as in the options when absent */
  ask(request: Readonly<Record<string, unknown>>, onAnswer: OnAnswer, waitMs = this.#options.waitMs): void {
    this.poll();
    if (this.#isOff) return;
    if (this.#requests.length >= moduleRequestsMax) {
      this.switchOff('it does not keep up');
      return;
    }
    // One that is busy with something older is not waited for a second time.
    const isIdle = this.#requests.length === 0 || waitMs > this.#options.waitMs;
    if (this.#requests.length === 0) this.#busySinceMs = performance.now();
    this.#requests.push({ order: ++this.#order, onAnswer });
    this.#port.postMessage({ ...request, order: this.#order });
    if (isIdle) this.#wait(this.#order, waitMs);
  }

  /**
   * Asks without blocking, also while it loads. @returns what it answered; undefined where it has not within
   * `moduleAnswerMsMax`, or is off
   */
  async answer(request: Readonly<Record<string, unknown>>): Promise<unknown> {
    let answered: { readonly result: unknown } | undefined;
    this.ask(
      request,
      (result) => {
        answered = { result };
      },
      0,
    );
    // Not before it was asked: when this is over, so is its deadline.
    const untilMs = performance.now() + moduleAnswerMsMax;
    while (!answered && !this.#isOff) {
      const count = Atomics.load(this.#answers, 0);
      this.poll();
      const leftMs = untilMs - performance.now();
      if (answered || this.#isOff || leftMs <= 0) break;
      await Atomics.waitAsync(this.#answers, 0, count, leftMs).value;
    }
    return answered?.result;
  }

  /** Until it is loaded, or can not be. */
  load(): void {
    this.#wait(0, moduleLoadMsMax);
    if (!this.#isLoaded) this.switchOff(`it did not load within ${moduleLoadMsMax} ms`);
  }

  /** Takes what has been answered; finds out whether the oldest request is overdue. */
  poll(): void {
    while (!this.#isOff) {
      const received = receiveMessageOnPort(this.#port) as { message: Answer } | undefined;
      if (!received) break;
      this.#take(received.message);
    }
    const dueMs = this.#isLoaded ? moduleAnswerMsMax : moduleLoadMsMax;
    if (!this.#isOff && this.#requests.length > 0 && performance.now() - this.#busySinceMs >= dueMs)
      this.switchOff(
        this.#isLoaded
          ? `it took more than ${dueMs} ms over a ${this.#options.contract.unit}`
          : `it did not load within ${dueMs} ms`,
      );
  }

  switchOff(reason: string): void {
    if (this.#isOff) return;
    this.#close();
    this.#options.onOff(reason);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#close();
    await this.#worker.terminate();
  }

  #close(): void {
    this.#isOff = true;
    this.#requests = [];
    this.#port.close();
    // Nobody waits any longer for what does not come.
    Atomics.notify(this.#answers, 0);
    void this.#worker.terminate();
  }

  #loaded(): void {
    this.#isLoaded = true;
  }

  #take({ order, result, error }: Answer): void {
    const request = this.#requests[0];
    if (error !== undefined || request?.order !== order) {
      this.switchOff(error ?? 'it answers out of turn');
      return;
    }
    this.#requests.shift();
    this.#busySinceMs = performance.now();
    request.onAnswer(result);
  }

  /** Blocks, but no longer than this, and no longer than until the answer to that request is there. */
  #wait(order: number, waitMs: number): void {
    const untilMs = performance.now() + waitMs;
    for (;;) {
      const count = Atomics.load(this.#answers, 0);
      this.poll();
      const leftMs = untilMs - performance.now();
      const isAnswered = this.#requests.length === 0 || this.#requests[0]!.order > order;
      if (this.#isOff || isAnswered || leftMs <= 0) return;
      Atomics.wait(this.#answers, 0, count, leftMs);
    }
  }
}
