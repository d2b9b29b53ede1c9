import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { templateLengthMax } from '../../../src/core/limits.ts';
import { compileTemplate } from '../../../src/sense/convention/template.ts';

const DOCUMENT = { a: { b: 21.47, 'PM2.5': '12.5' }, list: [{ t: 7 }], none: null, word: 'warm', zero: 0 };

const evaluate = (template: string, text = '68') => compileTemplate(template)?.evaluate(text, DOCUMENT);

test('paths, filters and arithmetic give what Jinja gives', () => {
  const cases: [string, unknown][] = [
    ['{{ value_json.a.b }}', 21.47],
    ['{{value_json.a.b}}', 21.47],
    ['{{- value_json["a"].b -}}', 21.47],
    ["{{ value_json['a']['PM2.5'] }}", '12.5'],
    ["{{ value_json['a']['PM2.5'] | float }}", 12.5],
    ['{{ value_json.list[0].t }}', 7],
    ['{{ value_json.a.b | round(1) }}', 21.5],
    ['{{ value_json.a.b | float(0) | round }}', 21],
    ['{{ value_json.a.b | float(default=0) | round(precision=1) }}', 21.5],
    ['{{ value_json.a.b | int }}', 21],
    ['{{ value_json.a.b | is_defined }}', 21.47],
    ['{{ value }}', '68'],
    ['{{ value | float / 10 }}', 6.8],
    ['{{ (value | float - 32) * 5 / 9 }}', 20],
    ['{{ 2 + 3 * 4 - 1 }}', 13],
    ['{{ 100 / 10 / 2 }}', 5],
    ['{{ -value | abs }}', 68],
    ['{{ float(value) * 0.5 }}', 34],
    ['{{ int(value_json.a.b) }}', 21],
    // The filter binds closer than the division.
    ['{{ value | float / 16 | round(-1) }}', 4.25],
    ['{{ ((value | float) / 16) | round(1) }}', 4.3],
    ['{{ value_json.zero | default(5) }}', 0],
  ];
  for (const [template, expected] of cases) assert.equal(evaluate(template), expected, template);
});

test('what is missing stays missing, whatever the default', () => {
  for (const template of [
    '{{ value_json.gone }}',
    '{{ value_json.gone.deep | float(0) }}',
    '{{ value_json.gone | default(7) | round(1) }}',
    '{{ value_json.gone | float(0) * 2 }}',
    '{{ value_json.none | float(0) }}',
    '{{ value_json.constructor }}',
    '{{ value_json.list[9].t }}',
    "{{ value_json.a['length'] }}",
  ]) {
    assert.equal(evaluate(template), undefined, template);
  }
  assert.ok(Number.isNaN(evaluate('{{ value_json.word | float(0) }}')));
});

test('whether the payload must be JSON is known beforehand', () => {
  assert.equal(compileTemplate('{{ value | float }}')?.isJson, false);
  assert.equal(compileTemplate('{{ (value_json.a) }}')?.isJson, true);
});

test('anything else is refused', () => {
  const refused = [
    '',
    'value_json.a',
    '{{ }}',
    '{{ value',
    '{{ value }} C',
    '{{ value }}{{ value }}',
    '{% if value_json.a %}{{ value_json.a }}{% endif %}',
    '{{ value if value else 0 }}',
    '{{ value_json.a.b() }}',
    '{{ value.strip() }}',
    '{{ value[0] }}',
    '{{ value | regex_replace("a", "b") }}',
    '{{ value | round(1, "floor") }}',
    '{{ value | constructor }}',
    '{{ value | }}',
    '{{ value + }}',
    '{{ (value }}',
    '{{ value_json. }}',
    '{{ value_json[a] }}',
    '{{ value_json["a" }}',
    '{{ states("sensor.a") }}',
    '{{ value ** 2 }}',
    '{{ value ~ "x" }}',
    '{{ value | float(0 }}',
    '{{ value | float(default=) }}',
    '{{ value | float(=0) }}',
    '{{ value = 3 }}',
  ];
  for (const template of refused) assert.equal(compileTemplate(template), undefined, template);
});

test('brackets without end and long templates neither throw nor take long', () => {
  const open = templateLengthMax - 10;
  assert.equal(compileTemplate(`{{ ${'('.repeat(open)} }}`), undefined);
  assert.equal(compileTemplate(`{{ ${'-'.repeat(open - 5)}value }}`)?.isJson, false);
  assert.equal(compileTemplate(`{{ value ${' '.repeat(templateLengthMax)} }}`), undefined);
  const words = fc.constantFrom(
    'value',
    'value_json',
    '.a',
    "['a']",
    '[0]',
    '(',
    ')',
    '|',
    'float',
    'round(1)',
    '+',
    '-',
    '*',
    '/',
    '1.5',
    ' ',
    ',',
    '"x"',
    '{{',
    '}}',
    '%',
    'é',
  );
  fc.assert(
    fc.property(fc.array(words, { maxLength: 30 }), fc.jsonValue(), (parts, document) => {
      compileTemplate(`{{ ${parts.join('')} }}`)?.evaluate('1', document);
    }),
  );
});
