// The configuration `qis init` writes.
//
// What is known is filled in, everything else is a comment that works once it is uncommented (test/cli/init.test.ts
// uncomments all of it). The text is checked like any other configuration before it is written.

/** Degrees as typed; the caller checks the result like any other configuration. */
export function configTemplate(known: {
  readonly name: string;
  readonly latitude?: string | undefined;
  readonly longitude?: string | undefined;
}): string {
  return `# Configuration of a qis gateway. Check it with: qis config check
name: ${JSON.stringify(known.name)}

# Where the gateway stands, in degrees. Without it, others cannot tell whether your findings concern them.
${location(known.latitude, known.longitude)}
# site: urban            # urban, suburban, rural, roadside, industrial or indoor

data: ./data             # the key and the database; relative to this file
clock: auto              # synchronised, when something other than NTP keeps the clock right

sensors: []
# sensors:
#   - name: roof
#     device: PMS5003                     # the name on the case; qis devices list shows what is known
#     port: /dev/serial/by-id/usb-...     # or tcp://host:port of a serial server
#   - name: zigbee
#     device: zigbee2mqtt
#     mqtt: {}                            # on the broker below, or with url: mqtt://host:1883
#   - name: balcony
#     mqtt: {topic: weather/balcony}      # JSON that follows no convention
#     readings:
#       - {key: pm25, quantity: pm2_5, unit: ug/m3}

broker:                  # or, to use none of its own:  broker: off
  listen: 127.0.0.1      # 0.0.0.0 for sensors and neighbours elsewhere; then give each an account
  port: 1883
  accounts: []
#   - {name: gw2, password_file: ./gw2.password, role: gateway}

neighbours: []
# neighbours:
#   - {name: gw2, url: "mqtt://10.0.0.2:1883", username: roof-1, password_file: ./gw2.password, key: their public key}

log:
  level: info
`;
}

function location(latitude: string | undefined, longitude: string | undefined): string {
  if (latitude === undefined && longitude === undefined) return '# location: {latitude: 48.01, longitude: 7.85}';
  const degrees = (text: string | undefined) => (text === undefined ? '' : asNumber(text));
  return `location: {latitude: ${degrees(latitude)}, longitude: ${degrees(longitude)}}`;
}

/** What is no number becomes text, which the check then refuses with its key. */
function asNumber(text: string): string {
  return text.trim() !== '' && Number.isFinite(Number(text)) ? String(Number(text)) : JSON.stringify(text);
}
