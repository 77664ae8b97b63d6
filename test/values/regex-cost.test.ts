import assert from 'node:assert/strict';
import { regexCost } from '../../src/values/regex-cost.js';
import { pythonRegex } from '../../src/values/python-regex.js';

describe('the cost of a regular expression', () => {
  for (const pattern of [
    '(a+)+$',
    '(a|aa)+$',
    '(?:a?){20}a{20}',
    '(\\w+\\s?)*!',
    '(a*)*',
    '(?P<x>a+)(?P=x)+',
    '((a|b)c)*',
  ])
    it(`has no bound for ${pattern}`, () => {
      assert.equal(regexCost(pythonRegex(pattern).source).exponential, true);
    });

  for (const [pattern, degree] of [
    ['abc', 1],
    ['^abc', 0],
    ['a*b+', 3],
    ['^\\s*#?\\s*Port\\s+', 3],
    ['[a*]{2}', 1],
    ['\\*\\+', 1],
    ['(abc)+', 2],
    ['x{3,}', 2],
  ] as const)
    it(`grows with the power ${degree} for ${pattern}`, () => {
      const cost = regexCost(pythonRegex(pattern).source);
      assert.equal(cost.exponential, false);
      assert.equal(cost.degree, degree);
    });
});
