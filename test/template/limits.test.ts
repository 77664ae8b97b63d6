import assert from 'node:assert/strict';
import { DiagnosticError } from '../../src/diagnostics/diagnostic.js';
import { scopeOf, Templates } from '../../src/template/engine.js';
import { busyInterrupt } from '../../src/values/time-limit.js';
import { withTimeLimit } from '../support/time-limit.js';

describe('limits of templates', () => {
  const templates = new Templates();
  withTimeLimit('0.2');

  function codeOf(text: string): string {
    try {
      templates.evaluate(text, scopeOf({}));
    } catch (error) {
      assert.ok(error instanceof DiagnosticError, String(error));
      return error.diagnostics[0]?.code ?? '';
    }
    return 'done';
  }

  for (const text of [
    '{{ range(10**9) | list }}',
    "{{ 'x' * 10**9 }}",
    '{{ [1, 2] * 10**9 }}',
    "{{ '%999999999d' % 1 }}",
    "{{ '{:>9999999999}'.format('x') }}",
    "{{ 'abc' | indent(10**10) }}",
    "{{ 'abc'.ljust(10**10) }}",
    "{{ 'abc'.zfill(10**10) }}",
    "{{ 'abc' | center(10**10) }}",
    "{{ 'abc' | comment(prefix_count=10**9) }}",
    '{{ [1, 2] | product(repeat=40) | list }}',
    "{{ [1] | batch(10**9, 'x') }}",
    '{{ [1] | slice(10**9) }}',
    "{{ ('x' * 10**7) | replace('x', 'y' * 1000) }}",
    "{% set ns = namespace(s='x') %}{% for i in range(60) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}{{ ns.s }}",
    '{% set ns = namespace(s=[1]) %}{% for i in range(60) %}{% set ns.s = ns.s + ns.s %}{% endfor %}{{ ns.s }}',
  ])
    it(`refuses what is too large: ${text}`, () => {
      assert.equal(codeOf(text), 'TEMPLATE_TOO_LARGE');
    });

  for (const text of [
    '{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}',
    '{{ range(99999) | map("string") | permutations(2) | list | length }}',
    '{{ range(99999) | list | unique | length }}',
    '{{ range(99999) | list | difference(range(99999) | list) | length }}',
  ])
    it(`ends what is too slow: ${text}`, () => {
      assert.match(codeOf(text), /^TEMPLATE_TOO_(SLOW|LARGE)$/);
    });

  for (const text of [
    "{{ ('a' * 60 ~ '!') is search('(a+)+$') }}",
    "{{ ('a' * 60 ~ '!') is match('(a|aa)+$') }}",
    "{{ ('a' * 60 ~ '!') | regex_search('(a+)+$') }}",
    "{{ ('a' * 60 ~ '!') | regex_replace('(a+)+$', '') }}",
    "{{ ('a' * 60 ~ '!') | regex_findall('(a+)+$') }}",
    "{{ ['a' * 60 ~ '!'] | select('search', '(a+)+$') | list }}",
  ])
    it(`ends a regular expression without end: ${text}`, () => {
      assert.equal(codeOf(text), 'TEMPLATE_FILTER_FAILED');
    });

  it('gives up when a signal waits', () => {
    process.env['RTPROV_TIME_LIMIT'] = '60';
    Atomics.store(busyInterrupt, 0, 1);
    assert.equal(
      codeOf('{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}'),
      'TEMPLATE_INTERRUPTED',
    );
  });

  it('strips and compares long texts in time', () => {
    const text =
      "{{ (' ' * 10**6 ~ 'x' ~ ' ' * 10**6) | trim | length }} {{ ('x' * 10**6).strip('xy') | length }}";
    assert.equal(templates.evaluate(text, scopeOf({})), '1 0');
  });
});
