// The JSON of a message under a cap, or a counted reason.
import { jsonPayloadBytesMax } from '../../core/limits.ts';
import type { Sink } from '../sink.ts';
import { parseJson } from '../value/json.ts';
import type { Message } from './convention.ts';

/** @returns undefined when it was too large or no JSON, which the sink has been told then */
export function jsonOf({ payload }: Message, sink: Sink, bytesMax: number = jsonPayloadBytesMax): unknown {
  if (payload.length > bytesMax) {
    sink.rejected('payload_too_large', 1);
    return undefined;
  }
  const document = parseJson(payload);
  if (document === undefined) sink.rejected('not_json', 1);
  return document;
}
