import assert from 'node:assert/strict';
import { number, refusalOf } from '../../src/cli/options.js';
import { usageError } from '../../src/cli/unknown-options.js';

describe('cli: words and options that are not known', () => {
  const commands = ['run', 'rollback', 'history'];
  const options = ['check', 'C', 'inventory', 'i', 'extra-vars', 'extraVars'];
  const reported = (message: string, ...words: readonly string[]): string => {
    const { message: what, hint = '' } = usageError(message, options, words, commands);
    return `${what}. ${hint}`;
  };
  const tooFew = 'Not enough non-option arguments: got 0, need at least 1';

  it('name a command that there is not, with the nearest', () => {
    assert.equal(
      reported('Unknown argument: rnu', 'rnu', 'p.yaml'),
      'there is no command "rnu". Did you mean "run"?',
    );
    assert.equal(
      reported('Unknown arguments: i, foo', 'foo', '-i', 'x'),
      'there is no command "foo". There are: run, rollback, history.',
    );
  });

  it('say that an option needs a value, and that the command comes first', () => {
    assert.equal(
      reported('Not enough arguments following: limit', 'run', 'p.yaml', '--limit'),
      '--limit needs a value. Write it after the option: --limit VALUE.',
    );
    assert.match(reported('Not enough arguments following: l', 'run', '-l'), /^-l needs a value/);
    assert.equal(
      reported('Unknown argument: p.yaml', 'p.yaml'),
      'there is no command "p.yaml". The command comes first: rtprov run PLAYBOOK -i INVENTORY.',
    );
  });

  it('keep the hint of what a value is refused for, though yargs keeps the message alone', () => {
    assert.throws(() => number('forks', 1)('many'));
    assert.equal(
      refusalOf('--forks has to be one whole number of at least 1')?.hint,
      'Write for instance --forks 1.',
    );
  });

  it('name an option that took the only word for its value', () => {
    for (const words of [
      ['run', '--chek', 'p.yaml'],
      ['run', '-i', 'x', '--chek', 'p.yaml'],
      ['run', '--no-chek', 'p.yaml'],
    ])
      assert.equal(reported(tooFew, ...words), 'there is no option --chek. Did you mean --check?');
    assert.match(reported(tooFew, 'run', '-Z', 'p.yaml'), /^there is no option -Z\. /);
    assert.match(reported(tooFew, 'run', '--flush-cache', 'p.yaml'), /keeps no facts/);
  });

  it('say which word is missing when all options are known', () => {
    for (const words of [
      ['run', '--check'],
      ['run', '--no-check', '-i', 'x', '--extra-vars=a=1'],
      ['run', '--', '--chek'],
    ])
      assert.equal(reported(tooFew, ...words), 'a word is missing after "run". See `rtprov run --help`.');
  });
});
