// Mistakes in what a configuration may say.
import type { Mutation } from './mutation.ts';

const CONFIG = ['test/config/config.test.ts'];
const SENSORS = ['test/config/sensors.test.ts', ...CONFIG];

export const CONFIG_MUTATIONS: readonly Mutation[] = [
  {
    name: 'a key whose check does not fit is taken',
    file: 'src/packet/key-text.ts',
    find: 'if (check !== undefined && check',
    replace: 'if (check === undefined && check',
    tests: ['test/packet/key-text.test.ts', 'test/cli/keys.test.ts'],
  },
  {
    name: "the own key is taken for a neighbour's",
    file: 'src/gateway/preflight.ts',
    find: '(own?.equals(key) ? OWN_KEY : keyProblem(key))',
    replace: 'keyProblem(key)',
    tests: ['test/cli/keys.test.ts'],
  },
  {
    name: 'unknown keys are passed over',
    file: 'src/config/schema.ts',
    find: 'z.strictObject(',
    replace: 'z.object(',
    tests: CONFIG,
  },
  {
    name: 'a file of any size is read',
    file: 'src/config/checked-yaml.ts',
    find: 'if (Buffer.byteLength(text) > configBytesMax) return',
    replace: 'if (Buffer.byteLength(text) > 1e9) return',
    tests: CONFIG,
  },
  {
    name: 'aliases make a file larger than it looks',
    file: 'src/config/checked-yaml.ts',
    find: 'Alias: (_, {',
    replace: 'Aliases: (_: unknown, {',
    tests: CONFIG,
  },
  {
    name: 'a password is repeated in a message',
    file: 'src/config/problem.ts',
    find: '/(^|\\.)(password|community)$/',
    replace: '/(^|\\.)(passwords|community)$/',
    tests: CONFIG,
  },
  {
    name: 'an empty password file is no password',
    file: 'src/config/secret.ts',
    find: "if (secret === '') throw new",
    replace: "if (secret === '?') throw new",
    tests: ['test/config/secret.test.ts'],
  },
  {
    name: 'the line break after a password is part of it',
    file: 'src/config/secret.ts',
    find: ".replace(/\\r?\\n$/, '')",
    replace: '',
    tests: ['test/config/secret.test.ts'],
  },
  {
    name: 'password files are looked for where the process stands',
    file: 'src/config/secret.ts',
    find: 'const file = resolve(folder, source.password_file);',
    replace: 'const file = resolve(source.password_file);',
    tests: ['test/config/secret.test.ts'],
  },
  {
    name: 'two sensors of one name',
    file: 'src/config/relations.ts',
    find: 'if (name !== undefined && first < i) {',
    replace: 'if (name !== undefined && first > i) {',
    tests: SENSORS,
  },
  {
    name: 'a unit that does not fit its quantity',
    file: 'src/config/relations.ts',
    find: 'if (!converter(reading.unit, reading.quantity)) {',
    replace: "if (reading.unit === '') {",
    tests: SENSORS,
  },
  {
    name: 'live sensors beside recordings',
    file: 'src/config/relations.ts',
    find: 'if (replayed > 0 && replayed < config.sensors.length) {',
    replace: 'if (replayed > config.sensors.length) {',
    tests: SENSORS,
  },
  {
    name: 'an account without a password',
    file: 'src/config/relations.ts',
    find: 'if ((account.password ?? account.password_file) === undefined) report',
    replace: 'if (account.name === undefined) report',
    tests: CONFIG,
  },
  {
    name: 'a duty cycle that never sleeps',
    file: 'src/config/relations.ts',
    find: 'sensor.duty_cycle.on_s >= sensor.duty_cycle.period_s',
    replace: 'sensor.duty_cycle.on_s > sensor.duty_cycle.period_s',
    tests: SENSORS,
  },
  {
    name: 'registers further apart than one request reads',
    file: 'src/config/relations.ts',
    find: 'if (span > modbusRegistersMax) {',
    replace: 'if (span > 10 * modbusRegistersMax) {',
    tests: SENSORS,
  },
  {
    name: 'a file that was named by mistake is quoted',
    file: 'src/config/checked-yaml.ts',
    find: 'if (document.contents !== null && !hasKeyOf(schema, text)) {',
    replace: 'if (document.contents === null && !hasKeyOf(schema, text)) {',
    tests: ['test/config/foreign-file.test.ts'],
  },
];
