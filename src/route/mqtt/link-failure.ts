// Says why a link does not come up in the words of the configuration: which of its keys to look at, and where.
//
// TLS and brokers explain themselves in words of a library, or name options of the runtime, which an operator does not have.
// What they said stands behind, without its advice. docs/operators.md has a row for each (test/docs.test.ts).

interface Failure {
  readonly when: RegExp;
  readonly says: string;
}

/** The first that fits counts. */
export const LINK_FAILURES: readonly Failure[] = [
  {
    when: /self.signed certificate|unable to (verify the first|get( local)? issuer) certificate/i,
    says: 'no authority that is known here signed its certificate; name the file of the one that did as ca_file',
  },
  {
    when: /does not match certificate's altnames/,
    says: 'its certificate is for another name than url has; write the name that stands in the certificate',
  },
  { when: /certificate is not yet valid/, says: 'its certificate is not valid yet; look at the clock here' },
  {
    when: /certificate has expired/,
    says: 'its certificate has expired; they make a new one, or the clock here is wrong',
  },
  {
    when: /wrong version number|packet length too long|before secure TLS connection/,
    says: 'it does not speak TLS there; write mqtt:// in url, or the port of its TLS',
  },
  {
    when: /\bECONNREFUSED\b/,
    says: 'nothing listens there; either its broker does not run, or the port in url is another one',
  },
  {
    when: /\bENOTFOUND\b/,
    says: 'no machine has this name; compare the host in url, or write its address',
  },
  {
    when: /\b(EHOSTUNREACH|ENETUNREACH)\b/,
    says: 'no way leads there; compare the address in url, and look whether that machine and the network are up',
  },
  {
    // A broker of ours says so while it counts wrong passwords.
    when: /server unavailable/i,
    says: 'its broker takes no login from here now; it is full, or the password was wrong too often: compare username and password_file with its account for us',
  },
  {
    when: /bad username or password|not authorized/i,
    says: 'it refused username and password_file; compare both with its account for us',
  },
  {
    when: /connack timeout/,
    says: 'it takes the connection and does not answer in MQTT; compare host and port in url',
  },
  {
    when: /^the neighbour closed the connection$|\b(ECONNRESET|EPIPE)\b/,
    says: 'it hung up before the link was up; where it speaks TLS there, write mqtts:// in url',
  },
];

/** @param reason why it did not open, as TLS, the broker or the network said it */
export function linkFailure(reason: string): string {
  const known = LINK_FAILURES.find(({ when }) => when.test(reason));
  if (!known) return reason;
  // What follows a semicolon is advice about the runtime; what OpenSSL says is its number, its place and then its words.
  const [said = ''] = reason.replace(/^[0-9A-F]+:error:.*?:SSL routines:[^:]*:/, '').split(/[;:] ?(?=if |\.\.\/)/);
  return `${known.says} (${said})`;
}
