// Accounts of the own broker in a configuration: the topics of a sensor account, and filters that no broker takes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkConfig, problemLine } from '../../src/config/config.ts';

const FILE = '/etc/qis/qis.yaml';
const account = (keys: string) => `name: a\nbroker: {accounts: [{name: b, password: c, ${keys}}]}`;
const linesOf = (text: string) => checkConfig(text, FILE).problems.map((problem) => problemLine(FILE, problem));

test('a sensor account may name the beginnings of its topics', () => {
  const { config } = checkConfig(account('role: sensor, topics: [zigbee2mqtt, home/roof]'), FILE);
  assert.deepEqual(config?.broker?.accounts[0]?.topics, ['zigbee2mqtt', 'home/roof']);
});

test('beginnings of topics are whole levels without wildcards', () => {
  for (const topic of ['home/+', '"#"', 'home/', '/home', '""'])
    assert.match(linesOf(account(`role: sensor, topics: [${topic}]`)).join(), /topics\[0\]/, topic);
  assert.match(linesOf(account('role: sensor, topics: []')).join(), /topics/);
});

test('a gateway account has no topics', () => {
  assert.match(linesOf(account('role: gateway, topics: [home]')).join(), /topics is for accounts of sensors/);
});

test('a filter that a broker would hang up over is told', () => {
  const sensor = (topic: string) =>
    `name: a\nsensors: [{name: b, mqtt: {topic: "${topic}"}, readings: [{key: a, quantity: pm2_5, unit: ug/m3}]}]`;
  assert.match(linesOf(sensor('a\\u0001b')).join(), /is not a valid topic filter/);
  assert.match(linesOf(sensor('a/'.repeat(100))).join(), /is not a valid topic filter/);
  assert.deepEqual(linesOf(sensor('grüße/+/#')), []);
});
