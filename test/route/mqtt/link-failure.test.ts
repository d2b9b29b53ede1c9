// What a link that does not come up says, from real TLS servers and brokers.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createServer } from 'node:tls';
import { type LinkAddress, openLink } from '../../../src/route/mqtt/link.ts';
import { linkFailure } from '../../../src/route/mqtt/link-failure.ts';
import { WireMeter } from '../../../src/route/mqtt/wire-meter.ts';
import { requireProgram } from '../../programs.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { fixture, NORTH } from './broker-fixture.ts';

async function failure(address: Omit<LinkAddress, 'name'>): Promise<string> {
  const opening = openLink({
    address: { name: 'hill', ...address },
    clientId: 'q1',
    filters: ['qis/1/#'],
    onPacket: () => {},
    emit: () => {},
    meter: new WireMeter(),
  });
  const error = await opening.then(
    () => assert.fail('it opened'),
    (cause: Error) => cause,
  );
  return error.message.replace(`${address.url}: `, '');
}

async function tlsServer(t: TestContext, openssl: string, name: string): Promise<{ port: number; cert: string }> {
  const folder = temporaryFolder(t);
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=hill', '-addext', `subjectAltName=${name}`, '-days', '2'];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile];
  execFileSync(openssl, ['req', '-x509', ...key, '-out', certFile, ...subject], { stdio: 'ignore' });
  const cert = readFileSync(certFile, 'utf8');
  const server = createServer({ key: readFileSync(keyFile), cert }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { port: (server.address() as AddressInfo).port, cert };
}

test('certificates are told in the words of the configuration', async (t) => {
  const openssl = requireProgram(t, 'openssl', 'apt install openssl');
  if (!openssl) return;
  const own = await tlsServer(t, openssl, 'IP:127.0.0.1');
  const other = await tlsServer(t, openssl, 'DNS:hill.example');
  assert.equal(
    await failure({ url: `mqtts://127.0.0.1:${own.port}` }),
    'no authority that is known here signed its certificate; name the file of the one that did as ca_file (self-signed certificate)',
  );
  assert.match(
    await failure({ url: `mqtts://127.0.0.1:${other.port}`, ca: other.cert }),
    /^its certificate is for another name than url has; write the name that stands in the certificate \(.*127\.0\.0\.1.*\)$/,
  );
  assert.match(await failure({ url: `mqtt://127.0.0.1:${own.port}` }), /write mqtts:\/\/ in url \(/);
});

test('a wrong password, and TLS at a port that has none, name what to look at', async (t) => {
  const { broker } = await fixture(t);
  const port = broker.port;
  const wrong = { username: NORTH.name, password: 'wrong' };
  assert.match(
    await failure({ url: `mqtt://127.0.0.1:${port}`, ...wrong }),
    /^it refused username and password_file; /,
  );
  assert.match(
    await failure({ url: `mqtts://127.0.0.1:${port}` }),
    /^it does not speak TLS there; write mqtt:\/\/ in url/,
  );
});

test('advice of the runtime is left out, what nobody knows stays as it was', () => {
  for (const reason of [
    'unable to verify the first certificate; if the root CA is installed locally, try running Node.js with --use-system-ca',
    '00E8D8AF767F0000:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:../deps/openssl/x.c:77:',
    'certificate has expired',
    'certificate is not yet valid',
    'Connection refused: Not authorized',
    'connack timeout',
    'connect ECONNREFUSED 127.0.0.1:1883',
    'getaddrinfo ENOTFOUND hil.local',
    'connect EHOSTUNREACH 10.0.0.2:1883',
    'Connection refused: Server unavailable',
  ])
    assert.doesNotMatch(linkFailure(reason), /Node|--|\.\.\/|error:|^[^;]*$/, reason);
  assert.equal(linkFailure('read EIO'), 'read EIO');
});

test('a link whose password was wrong so often that nobody looks at it any more still names the password', async (t) => {
  const { broker } = await fixture(t);
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const said: string[] = [];
  for (let n = 0; n < 12; n++) said.push(await failure({ url, username: NORTH.name, password: 'wrong' }));
  assert.match(said.at(-1)!, /Server unavailable/);
  for (const one of said) assert.match(one, /compare (both|username and password_file) with its account for us/);
});
