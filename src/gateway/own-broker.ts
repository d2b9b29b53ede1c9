// Whether the address of a neighbour is that of this gateway's own broker: a link to oneself carries nothing but echoes.
//
// Looks at addresses only: a name is compared with what this machine is called, and never looked up.
import { isIPv4 } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';

const PORT = 1883;
const PORT_TLS = 8883;

/**
 * @param broker where our own listens
 * @param ownAddresses of this machine
 */
export function isOwnBroker(
  url: string,
  broker: { readonly listen: string; readonly port: number },
  ownAddresses: readonly string[] = addresses(),
): boolean {
  const { protocol, hostname: name, port } = new URL(url);
  if (Number(port || (protocol === 'mqtts:' ? PORT_TLS : PORT)) !== broker.port) return false;
  const host = plain(name);
  const listen = plain(broker.listen);
  if (host === listen) return true;
  // One address listened on is one address; 0.0.0.0 and :: are all of them.
  const isEvery = listen === '0.0.0.0' || listen === '::';
  if (!isEvery) return aliasesOf(listen).includes(host);
  return host === 'localhost' || (isIPv4(host) && host.startsWith('127.')) || ownAddresses.includes(host);
}

function aliasesOf(listen: string): readonly string[] {
  if (listen === 'localhost') return ['127.0.0.1', '::1'];
  return listen === '127.0.0.1' || listen === '::1' ? ['localhost'] : [];
}

/** In lower case, without the brackets of IPv6 and the dot that ends a full name. */
function plain(host: string): string {
  return host.toLowerCase().replaceAll(/^\[|\]$|\.$/g, '');
}

function addresses(): string[] {
  const own = Object.values(networkInterfaces()).flatMap((found) => (found ?? []).map(({ address }) => address));
  const name = plain(hostname());
  return [...own, name, `${name}.local`];
}
