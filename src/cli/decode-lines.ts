// Bytes -> the lines in them, each under a cap. A line too long is told as undefined, and none of it is kept.
//
// Only a line feed ends a line: U+2028, at which node:readline cuts too, may stand inside a text of JSON.
const LF = 0x0a;

export async function* cappedLines(
  input: AsyncIterable<Buffer | string>,
  bytesMax: number,
): AsyncGenerator<string | undefined> {
  let pieces: Buffer[] = [];
  let length = 0;
  const take = (bytes: Buffer) => {
    length += bytes.length;
    if (length <= bytesMax) pieces.push(bytes);
    else pieces = [];
  };
  const finish = () => {
    const line = length <= bytesMax ? Buffer.concat(pieces).toString() : undefined;
    pieces = [];
    length = 0;
    return line;
  };
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk as string);
    let from = 0;
    for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, from)) {
      take(bytes.subarray(from, end));
      yield finish();
      from = end + 1;
    }
    take(bytes.subarray(from));
  }
  if (length > 0) yield finish();
}
