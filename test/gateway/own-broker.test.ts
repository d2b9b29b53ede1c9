import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { test } from 'node:test';
import { isOwnBroker } from '../../src/gateway/own-broker.ts';

const HERE = ['127.0.0.1', '192.168.1.11', 'fd00::11', 'roof-1', 'roof-1.local'];

const at = (listen: string, url: string, port = 1883) => isOwnBroker(url, { listen, port }, HERE);

test('an address that our broker listens on is our own', () => {
  for (const [listen, url] of [
    ['127.0.0.1', 'mqtt://127.0.0.1'],
    ['127.0.0.1', 'mqtt://LOCALHOST:1883'],
    ['localhost', 'mqtt://[::1]'],
    ['192.168.1.11', 'mqtt://192.168.1.11:1883/'],
    ['0.0.0.0', 'mqtt://192.168.1.11'],
    ['0.0.0.0', 'mqtt://127.0.1.1'],
    ['::', 'mqtt://[fd00::11]'],
    ['0.0.0.0', 'mqtt://Roof-1.local.'],
  ] as const) {
    assert.equal(at(listen, url), true, `${listen} ${url}`);
  }
  assert.equal(at('0.0.0.0', 'mqtts://roof-1', 8883), true);
});

test('another address or another port is somebody else', () => {
  for (const [listen, url] of [
    ['127.0.0.1', 'mqtt://127.0.0.1:1884'],
    ['127.0.0.1', 'mqtt://127.0.0.2'],
    ['127.0.0.1', 'mqtt://192.168.1.11'],
    ['192.168.1.11', 'mqtt://127.0.0.1'],
    ['0.0.0.0', 'mqtt://192.168.1.12'],
    ['0.0.0.0', 'mqtt://roof-2.local'],
    ['0.0.0.0', 'mqtts://roof-1'],
  ] as const) {
    assert.equal(at(listen, url), false, `${listen} ${url}`);
  }
});

test('this machine knows its own addresses and its name', () => {
  const broker = { listen: '0.0.0.0', port: 1883 };
  assert.equal(isOwnBroker('mqtt://127.0.0.1', broker), true);
  assert.equal(isOwnBroker(`mqtt://${hostname()}`, broker), true);
});
