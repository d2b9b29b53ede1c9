// A file that is named by mistake, or by somebody who wants to see it, is not quoted.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadManifest } from '../../src/cli/replay-manifest.ts';
import { loadConfig } from '../../src/config/config.ts';
import { loadDevice } from '../../src/config/device-profile.ts';
import { loadDomain } from '../../src/config/domain-profile.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const FOREIGN = [
  'root:$y$j9T$hidden:20000:0:99999:7:::\nalarm:$6$hidden:20000:0:99999:7:::\n',
  '-----BEGIN PRIVATE KEY-----\nhidden\n-----END PRIVATE KEY-----\n',
  'hidden',
  '[hidden, hidden]\n',
  '{"hidden": "hidden"}\n',
  'hidden: !hidden *hidden\nhidden: "\\xhidden',
  'network={\n\tssid="hidden"\n\tpsk="hidden"\n}\n',
];
const READERS = {
  manifest: (file: string) => loadManifest(file, undefined),
  configuration: loadConfig,
  device: loadDevice,
  domain: loadDomain,
};

for (const [name, load] of Object.entries(READERS)) {
  test(`a file that is not a ${name} is refused without a word of what stands in it`, (t) => {
    const file = join(temporaryFolder(t), 'foreign');
    for (const text of FOREIGN) {
      writeFileSync(file, text);
      assert.throws(
        () => load(file),
        ({ message, code }: Error & { code: string }) => {
          assert.match(
            message,
            /^foreign:1: the file holds none of the keys that belong there, so it may be another file/,
          );
          assert.doesNotMatch(message, /hidden|root|alarm|ssid/, text);
          return code === 'config_invalid';
        },
      );
    }
  });
}

test('one with a key that belongs there is told what is wrong, as JSON too', (t) => {
  const file = join(temporaryFolder(t), 'qis.yaml');
  writeFileSync(file, 'name: here\nbrokr: off\n');
  assert.throws(() => loadConfig(file), { message: /brokr.*did you mean "broker"/ });
  writeFileSync(file, '{"name":"here","brokr":1}');
  assert.throws(() => loadConfig(file), { message: /brokr.*did you mean "broker"/ });
});
