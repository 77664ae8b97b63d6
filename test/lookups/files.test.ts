/** Lookups of files, against what ansible-core 2.19 gives. */
import assert from 'node:assert/strict';
import { Asked } from './ask.js';

describe('lookups: files', () => {
  let asked: Asked;
  before(() => {
    asked = new Asked({
      'files/a.txt': '  one\ntwo  \n\n',
      'a.txt': 'not this one',
      'files/b.txt': 'b',
      'files/.hidden.txt': 'h',
      'templates/t.j2':
        'T {{ x }} {{ ansible_managed }} {{ template_path }} {{ template_fullpath }}\n{# gone #}\n',
      'templates/m.j2': '<% x %>|{{ x }}|(* gone *)',
      'templates/inner.j2': "{{ lookup('file', 'b.txt') }}{{ nowhere }}",
      'role/files/a.txt': 'of the role',
      'role/vars/d.yml': '',
      'vars/d.yml': '',
      'data.csv': 'k,v,w\nx,"1, ""one""\nmore",2\ny,3,4\n\n',
      'files/ansible.csv': 'a\t1\nb\t2\n',
    });
    asked.write('files/bytes', Buffer.from([0xff, 0xfe, 0x41]));
  });
  after(() => asked.remove());

  const is = (expression: string, expected: unknown): void =>
    assert.deepEqual(asked.value(expression, { x: 5, name: 'a.txt' }), expected, expression);

  it('file', () => {
    is("lookup('file', 'a.txt')", '  one\ntwo');
    is("lookup('file', 'a.txt', lstrip=true)", 'one\ntwo');
    is("lookup('file', name, rstrip='no')", '  one\ntwo  \n\n');
    is("lookup('file', 'a.txt', 'b.txt')", '  one\ntwo,b');
    is("lookup('file', 'a.txt', 'b.txt', wantlist=true)", ['  one\ntwo', 'b']);
    is("query('file', 'b.txt')", ['b']);
    is("lookup('file', 'nope', errors='ignore')", null);
    is("query('file', 'nope', errors='ignore')", []);
    is("lookup('file', 'nope', errors='ignore') | default('d', true)", 'd');
    assert.equal(asked.value("lookup('file', 'a.txt')", {}, ['role']), 'of the role');
    assert.match(
      asked.fault("lookup('file', 'nope')"),
      /LOOKUP_FAILED.*looked for as .*files\/nope, .*\/nope$/,
    );
    assert.match(asked.fault("lookup('file', 'bytes')"), /not UTF-8/);
    assert.match(asked.fault("lookup('file', 'files')"), /is not a file/);
    assert.match(asked.fault("lookup('file', '/dev/zero')"), /is not a file/);
    assert.match(asked.fault("lookup('file', 'nope', errors='never')"), /strict, warn or ignore/);
    is("lookup('file', 'nope', errors='warn')", null);
    assert.match(asked.warnings.join(), /The lookup "file" failed: the file "nope" was not found/);
  });

  it('fileglob takes the first folder that has some, without hidden files', () => {
    const names = (value: unknown): readonly string[] =>
      (value as readonly string[]).map((path) => path.replace(`${asked.dir}/`, ''));
    assert.deepEqual(names(asked.value("query('fileglob', '*.txt')")), ['files/a.txt', 'files/b.txt']);
    assert.deepEqual(names(asked.value("query('fileglob', '*.txt')", {}, ['role'])), ['role/files/a.txt']);
    assert.deepEqual(names(asked.value("query('fileglob', 'templates/[tm].j2', 'vars/*')")), [
      'templates/m.j2',
      'templates/t.j2',
      'vars/d.yml',
    ]);
    is("query('fileglob', 'nowhere/*')", []);
    is("query('fileglob', '.hid*') | length", 1);
  });

  it('first_found', () => {
    const { dir } = asked;
    is("lookup('first_found', ['nope', 'b.txt'])", `${dir}/files/b.txt`);
    is("lookup('first_found', 'nope,b.txt')", `${dir}/files/b.txt`);
    is("lookup('first_found', {'files': ['d.yml'], 'paths': ['nowhere', 'vars']})", `${dir}/vars/d.yml`);
    is("lookup('first_found', files=['d.yml'], paths='nowhere:vars')", `${dir}/vars/d.yml`);
    is("lookup('first_found', ['nope'], skip=true)", []);
    is("query('first_found', {'files': ['nope'], 'skip': true})", []);
    is("lookup('first_found', ['nope'], errors='ignore')", null);
    assert.match(
      asked.fault("lookup('first_found', ['nope', 'no'])"),
      /none of these files was found: nope, no$/,
    );
    assert.match(asked.fault("lookup('first_found', ['{{ nowhere }}', 'b.txt'] + [nowhere])"), /UNDEFINED/);
  });

  it('template', () => {
    is("lookup('template', 't.j2')", `T 5 Ansible managed t.j2 ${asked.dir}/templates/t.j2\n`);
    is("lookup('template', 't.j2', template_vars={'x': 7, 'ansible_managed': 'M'})[:6]", 'T 7 M ');
    is(
      "lookup('template', 'm.j2', variable_start_string='<%', variable_end_string='%>', comment_start_string='(*', comment_end_string='*)')",
      '5|{{ x }}|',
    );
    assert.equal(asked.value("lookup('template', 'inner.j2')", { nowhere: 1 }), 'b1');
    assert.match(asked.fault("lookup('template', 'inner.j2')"), /UNDEFINED.*"nowhere"/);
    assert.match(asked.fault("lookup('template', 'nope.j2')"), /templates\/nope.j2/);
  });

  it('template, and first_found of a task with a template, look in the further folders last', () => {
    asked.write('further/t.j2', 'further');
    asked.write('further/last.j2', 'last of {{ x }}');
    is("lookup('template', 'last.j2')", 'last of 5');
    is("lookup('template', 't.j2')[:3]", 'T 5');
    assert.match(asked.fault("lookup('first_found', 'last.j2')"), /none of these files was found/);
    assert.match(asked.fault("lookup('file', 'last.j2')"), /LOOKUP_FAILED/);
  });

  it('csvfile', () => {
    is("lookup('csvfile', 'x file=data.csv delimiter=,')", '1, "one"\nmore');
    is("lookup('csvfile', 'y', file='data.csv', delimiter=',', col=2)", '4');
    is("lookup('csvfile', '4', file='data.csv', delimiter=',', keycol=2, col='0')", 'y');
    is("lookup('csvfile', 'b')", '2');
    is("lookup('csvfile', 'c', default='none')", 'none');
    is("query('csvfile', 'c')", []);
    assert.match(asked.fault("lookup('csvfile', 'b', col=5)"), /no column 5/);
    assert.match(asked.fault("lookup('csvfile', 'b', delimiter=',,')"), /one character/);
  });
});
