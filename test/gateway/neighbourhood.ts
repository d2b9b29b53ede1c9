// Gateways beside each other for a test: real brokers, links, keys and files; each has the configuration that a test writes.
//
// Their uptime is the machine's, and a test moves it on: so patience costs no time. What each told its operator is recorded.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { checkConfig } from '../../src/config/config.ts';
import type { AgentEvent } from '../../src/core/events.ts';
import { openDataFolder } from '../../src/gateway/data-folder.ts';
import { type Gateway, openGateway } from '../../src/gateway/gateway.ts';
import { keyText } from '../../src/packet/key-text.ts';
import { freePorts } from '../mosquitto.ts';
import { type Recorder, recorder } from '../recorder.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const TICK_MS = 5;
const PASSWORD = 'a password';

/** What a test writes into a configuration. */
export interface Written {
  readonly accounts?: readonly string[];
  /** dials: whose broker; as: its account there, by default its own name; key: as printed. */
  readonly neighbours?: readonly {
    readonly name: string;
    readonly dials?: string;
    readonly as?: string;
    readonly key?: string;
  }[];
  readonly peers?: readonly { readonly name: string; readonly key: string }[];
  readonly membership?: 'open';
}

export interface Neighbour {
  readonly gateway: Gateway;
  /** What its operator was warned of. */
  readonly warnings: Recorder<string>;
  /** As `qis status` shows it. */
  row(name: string): Gateway['snapshot'] extends () => { links: readonly (infer Row)[] } ? Row | undefined : never;
}

export interface Neighbourhood {
  /** As each prints its own. */
  readonly keys: Readonly<Record<string, string>>;
  open(name: string, written: Written): Promise<Neighbour>;
  /** For all of them so much uptime goes by, and each looks after its neighbours. */
  pass(seconds: number): Promise<void>;
}

export async function neighbourhood(t: TestContext, names: readonly string[]): Promise<Neighbourhood> {
  const root = temporaryFolder(t);
  const ports = await freePorts(names.length);
  const portOf = (name: string) => ports[names.indexOf(name)];
  const keys: Record<string, string> = {};
  for (const name of names) {
    const { identity, store } = await openDataFolder(join(root, name));
    await store[Symbol.asyncDispose]();
    keys[name] = keyText(identity.publicKey.bytes);
  }
  let passedMs = 0;
  return {
    keys,
    async open(name, { accounts = [], neighbours = [], peers = [], membership }) {
      const text = stringify({
        name,
        data: join(root, name),
        sensors: [],
        broker: {
          port: portOf(name),
          accounts: accounts.map((account) => ({ name: account, password: PASSWORD, role: 'gateway' })),
        },
        neighbours: neighbours.map(({ dials, as = name, ...one }) => ({
          ...one,
          ...(dials && { url: `mqtt://127.0.0.1:${portOf(dials)}`, username: as, password: PASSWORD }),
        })),
        peers,
        ...(membership && { membership }),
      });
      const { config, problems } = checkConfig(text, join(root, `${name}.yaml`));
      assert(config, JSON.stringify(problems));
      const { identity, store } = await openDataFolder(config.data);
      const warnings = recorder<string>();
      const emit = (event: AgentEvent) => void (event.type === 'warning' && warnings.add(event.message));
      const clock = { now: Date.now, quality: () => 2 as const };
      const uptimeMs = () => performance.now() + passedMs;
      const gateway = await openGateway({ config, identity, store, clock, uptimeMs, emit, tickMs: TICK_MS });
      t.after(async () => {
        await gateway[Symbol.asyncDispose]();
        await store[Symbol.asyncDispose]();
      });
      return { gateway, warnings, row: (other) => gateway.snapshot().links.find((one) => one.name === other) };
    },
    async pass(seconds) {
      passedMs += 1000 * seconds;
      await sleep(5 * TICK_MS);
    },
  };
}

/** Two that know each other wait here until they do. */
export async function inSession(one: Neighbour, other: string): Promise<void> {
  while (!one.row(other)?.session) await sleep(TICK_MS);
}
