// Child process of crash.test.ts: issues packets until it is killed, and writes each sequence to standard output, but
// only once it is committed. Some jobs fail on purpose.
import { writeSync } from 'node:fs';
import { openStore } from '../../src/store/store.ts';
import { somePacket } from './some-packet.ts';

const store = openStore(process.argv[2]!, { now: Date.now });

async function issueForEver(): Promise<never> {
  while (true) {
    const fails = Math.random() < 0.2;
    await store
      .commit(() => {
        let used = 0;
        store.issue((sequence) => {
          used = sequence;
          const id = Buffer.alloc(16);
          id.writeUInt32BE(sequence);
          return somePacket({ id });
        });
        if (fails) throw new Error('on purpose');
        return used;
      })
      .then(
        (sequence) => writeSync(1, `${sequence}\n`),
        () => {},
      );
  }
}

for (let i = 0; i < 5; i++) void issueForEver();
