import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { hopsMax } from '../../src/core/limits.ts';
import { matchesFilter } from '../../src/core/topic-filter.ts';
import { filterOf, formatTopic, isLinkTopic, isNetworkTopic, linkTopic, parseTopic } from '../../src/route/topic.ts';

const hex = (digits: number) =>
  fc.array(fc.constantFrom(...'0123456789abcdef'), { minLength: digits, maxLength: digits }).map((all) => all.join(''));
const domain = fc.oneof(fc.nat(), fc.stringMatching(/^[a-z][a-z0-9-]{0,15}$/));
const tokens = fc.array(hex(8), { minLength: 1, maxLength: 12 });

suite('topics', () => {
  test('what is formatted parses to the same parts', () => {
    fc.assert(
      fc.property(domain, tokens, fc.integer({ min: 0, max: hopsMax }), (of, levels, hops) => {
        const base = `qis/1/${of}/${levels.join('/')}`;
        const parsed = parseTopic(formatTopic(base, hops));
        assert.deepEqual(parsed, { base, domain: of, tokens: levels, hops });
      }),
    );
  });

  test('only what would be formatted parses', () => {
    const level = fc.oneof(
      hex(8),
      hex(1),
      hex(2),
      fc.string({ maxLength: 9 }),
      fc.constantFrom('qis', '1', 'air', '0'),
    );
    fc.assert(
      fc.property(fc.array(level, { maxLength: 16 }), (levels) => {
        const topic = `qis/1/${levels.join('/')}`;
        const parsed = parseTopic(topic);
        if (parsed) assert.equal(formatTopic(parsed.base, parsed.hops), topic);
      }),
      { numRuns: 1000 },
    );
  });

  for (const [why, topic] of Object.entries({
    'no tokens': 'qis/1/0',
    'hops and no tokens': 'qis/1/0/1',
    'hops of zero': 'qis/1/0/00000000/0',
    'hops with a leading zero': 'qis/1/0/00000000/01',
    'too many hops': 'qis/1/0/00000000/11',
    'hops in capitals': 'qis/1/0/00000000/A',
    'hops in the middle': 'qis/1/0/1/00000000',
    'a token in capitals': 'qis/1/0/0000000A',
    'thirteen tokens': `qis/1/0${'/00000000'.repeat(13)}`,
    'a domain with a leading zero': 'qis/1/00/00000000',
    'a domain of 2^32': 'qis/1/4294967296/00000000',
    'a name of 17 characters': `qis/1/${'a'.repeat(17)}/00000000`,
    'an empty level': 'qis/1/0//00000000',
    'a trailing slash': 'qis/1/0/00000000/',
    'another version': 'qis/2/0/00000000',
    'a line break': 'qis/1/0/00000000\n',
  })) {
    test(`does not parse: ${why}`, () => assert.equal(parseTopic(topic), undefined));
  }

  test('a filter matches every detail and relayed copies, and no other place', () => {
    const filter = filterOf(0, ['0a0a0a0a', '+', '0c0c0c0c']);
    assert.equal(filter, 'qis/1/0/0a0a0a0a/+/0c0c0c0c/#');
    assert(matchesFilter(filter, 'qis/1/0/0a0a0a0a/0b0b0b0b/0c0c0c0c'));
    assert(matchesFilter(filter, 'qis/1/0/0a0a0a0a/ffffffff/0c0c0c0c/0d0d0d0d/3'));
    assert(!matchesFilter(filter, 'qis/1/0/0a0a0a0a/0b0b0b0b/0d0d0d0d'));
    assert(!matchesFilter(filter, 'qis/1/0/0a0a0a0a/0b0b0b0b'));
  });

  test('filters match as MQTT 3.1.1 section 4.7 has it', () => {
    assert(matchesFilter('sport/#', 'sport'));
    assert(matchesFilter('+/+', '/finance'));
    assert(!matchesFilter('+', '/finance'));
    assert(!matchesFilter('sport/+', 'sport'));
    assert(!matchesFilter('#', '$SYS/x'));
    assert(!matchesFilter('+/monitor', '$SYS/monitor'));
    assert(matchesFilter('$SYS/#', '$SYS/monitor'));
  });

  test('link topics', () => {
    assert.equal(linkTopic('0123456789abcdef'), 'q1/0123456789abcdef');
    assert(isLinkTopic('q1/0123456789abcdef'));
    assert(!isLinkTopic('q1/0123456789abcdef/1'));
    assert.throws(() => linkTopic('0123'));
    assert(isNetworkTopic('qis/1/0/x') && isNetworkTopic('q1/x') && isNetworkTopic('qis'));
    assert(!isNetworkTopic('qis2/1') && !isNetworkTopic('home/qis/1'));
  });
});
