import assert from 'node:assert/strict';
import { Asked } from './ask.js';

const text = `[DEFAULT]
base = /srv
[global]
user = root
[web]
; a comment
Port: 80
path = %(base)s/web
long = one
  two

  three
empty =
user1 = a
user2 = b
literal = 100%%
`;

describe('lookups: ini', () => {
  let asked: Asked;
  before(() => {
    asked = new Asked({
      'files/ansible.ini': text,
      'bad.ini': '[a]\nno pair\n',
      'twice.ini': '[a]\nx=1\nX=2\n',
      'java.properties': 'user.name = bob\nuser.pass : secret\nflag\n',
    });
  });
  after(() => asked.remove());
  const is = (expression: string, expected: unknown): void =>
    assert.deepEqual(asked.value(expression), expected, expression);

  it('reads keys of sections', () => {
    is("lookup('ini', 'user')", 'root');
    is("lookup('ini', 'port', section='web')", '80');
    is("lookup('ini', 'port section=web file=ansible.ini')", '80');
    is("lookup('ini', 'Port', section='web', case_sensitive=true)", '80');
    is("lookup('ini', 'port', section='web', case_sensitive=true, default='d')", 'd');
    is("lookup('ini', 'long', section='web')", 'one\ntwo\n\nthree');
    is("lookup('ini', 'empty', section='web')", '');
    is("lookup('ini', 'none', section='web')", '');
    is("lookup('ini', 'user1', 'user2', section='web')", 'a,b');
    is("query('ini', 'user[0-9]', section='web', re=true)", ['a', 'b']);
  });

  it('puts values into values, unless told not to', () => {
    is("lookup('ini', 'path', section='web')", '/srv/web');
    is("lookup('ini', 'literal', section='web')", '100%');
    is("lookup('ini', 'path', section='web', interpolation=false)", '%(base)s/web');
  });

  it('reads properties', () => {
    is("lookup('ini', 'user.name', type='properties', file='java.properties', allow_none=true)", 'bob');
    is("query('ini', 'flag', type='properties', file='java.properties', allow_no_value=true)", []);
    assert.match(
      asked.fault("lookup('ini', 'x', type='properties', file='java.properties')"),
      /line 4: it is not/,
    );
  });

  it('says what is wrong', () => {
    assert.match(asked.fault("lookup('ini', 'x', section='nope')"), /has no section "nope"/);
    assert.match(
      asked.fault("lookup('ini', 'x', file='bad.ini', section='a')"),
      /bad.ini, line 2: it is not "key = value"/,
    );
    assert.match(asked.fault("lookup('ini', 'x', file='twice.ini', section='a')"), /"x" appears twice/);
    assert.match(asked.fault("lookup('ini', 'x', type='toml')"), /ini or properties/);
  });
});
