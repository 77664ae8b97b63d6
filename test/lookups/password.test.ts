import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isUnknown } from '../../src/values/value.js';
import { randomText } from '../../src/lookups/random.js';
import { shaCrypt, type ShaCrypt } from '../../src/lookups/sha-crypt.js';
import { Asked } from './ask.js';

describe('lookups: password', () => {
  let asked: Asked;
  beforeEach(() => {
    asked = new Asked({
      there: 'secret word\n',
      salted: 'word salt=abc.def\n',
      bcrypted: 'word salt=abc ident=2b\n',
    });
  });
  afterEach(() => asked.remove());
  const file = (name: string): string => readFileSync(join(asked.dir, name), 'utf8');

  it('makes one, keeps it for its owner alone, and gives it again', () => {
    const made = asked.text("lookup('password', 'deep/new length=12 chars=digits')");
    assert.match(made, /^[0-9]{12}$/);
    assert.equal(file('deep/new'), `${made}\n`);
    assert.equal(statSync(join(asked.dir, 'deep/new')).mode & 0o777, 0o600);
    assert.equal(statSync(join(asked.dir, 'deep')).mode & 0o777, 0o700);
    assert.equal(asked.value("lookup('password', 'deep/new')"), made);
    assert.ok(asked.secrets.has(made));
  });

  it('reads what is there', () => {
    assert.equal(asked.value("lookup('password', 'there', length=3)"), 'secret word');
    assert.equal(asked.value("lookup('password', 'salted')"), 'word');
    assert.equal(asked.value("lookup('password', 'bcrypted')"), 'word');
  });

  it('takes characters from named sets and lists', () => {
    const of = (options: string): string => asked.text(`lookup('password', '/dev/null', ${options})`);
    assert.match(of("length=200, chars='ascii_lowercase,digits'"), /^[a-z0-9]{200}$/);
    assert.match(of("length=200, chars=['hexdigits', '!']"), /^[0-9a-fA-F!]{200}$/);
    assert.match(of("length=50, chars='a,,'"), /^[a,]{50}$/);
    assert.match(of('length=2000'), /^[A-Za-z0-9.,:_-]{2000}$/);
    assert.doesNotMatch(of("length=2000, chars='punctuation'"), /["']/);
    assert.equal(of('length=0'), '');
  });

  it('of a seed gives what Python gives', () => {
    const standard = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:-_';
    assert.equal(randomText(20, standard, 'abc'), '6TTuIhBjbajOIpXYV3o6');
    assert.equal(asked.value("lookup('password', '/dev/null', seed='abc')"), '6TTuIhBjbajOIpXYV3o6');
  });

  it('hashes as crypt(3), with the salt that is kept', function () {
    this.timeout(240_000);
    const hash = (kind: ShaCrypt, word: string, salt: string, rounds: number): string => {
      const steps = shaCrypt(kind, word, salt, rounds);
      for (;;) {
        const step = steps.next();
        if (step.done === true) return step.value;
      }
    };
    // From the specification.
    assert.equal(
      hash('sha512_crypt', 'Hello world!', 'saltstring', 5000),
      '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1',
    );
    assert.equal(
      hash('sha256_crypt', 'Hello world!', 'saltstringsaltstring', 10000),
      '$5$rounds=10000$saltstringsaltst$3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA',
    );
    const made = asked.text("lookup('password', 'salted', encrypt='sha256_crypt')");
    assert.match(made, /^\$5\$rounds=535000\$abc\.def\$[A-Za-z0-9./]{43}$/);
    assert.equal(file('salted'), 'word salt=abc.def\n');
    const salted = asked.text("lookup('password', 'there', encrypt='sha256_crypt')");
    assert.match(file('there'), /^secret word salt=[A-Za-z0-9./]{16}\n$/);
    assert.ok(asked.secrets.has('secret word') && asked.secrets.has(salted));
  });

  it('writes nothing in a check, says what it would write, and calls the value unknown', () => {
    asked.begin(true);
    const value = asked.value("lookup('password', 'new')");
    assert.ok(isUnknown(value));
    assert.match(value.reason, /the run makes a new password in .*\/new/);
    assert.ok(isUnknown(asked.value("lookup('password', 'new') | length")));
    assert.match(asked.warnings.join('\n'), /^the lookup "password" would write a new password to .*\/new$/);
    assert.throws(() => file('new'), /ENOENT/);
    assert.equal(asked.value("lookup('password', 'there')"), 'secret word');
    assert.equal(asked.value("lookup('password', 'new', seed='abc')"), '6TTuIhBjbajOIpXYV3o6');
    assert.throws(() => file('new'), /ENOENT/);
  });

  it('says what it does not have', () => {
    assert.match(asked.fault("lookup('password', 'new encrypt=bcrypt')"), /does not have bcrypt/);
    assert.match(asked.fault("lookup('password', 'new lenght=3')"), /does not know "lenght"/);
    assert.match(asked.fault("lookup('password', 'new', length='long')"), /has to be a number/);
    assert.match(asked.fault("lookup('password', 'new', ident='2b')"), /sha512_crypt/);
  });
});
