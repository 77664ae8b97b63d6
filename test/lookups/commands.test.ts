/** `pipe`, `lines` and `url`. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DiagnosticError } from '../../src/diagnostics/diagnostic.js';
import { LookupPending } from '../../src/template/runtime/lookup.js';
import { Asked } from './ask.js';

describe('lookups: commands', () => {
  let asked: Asked;
  beforeEach(() => {
    asked = new Asked();
  });
  afterEach(() => asked.remove());

  it('run in the folder of the playbook', () => {
    assert.equal(asked.value("lookup('pipe', 'pwd')"), asked.dir);
    assert.equal(asked.value("lookup('pipe', 'printf \" a\\n\\n\"')"), ' a');
    assert.deepEqual(asked.value("query('lines', 'printf \"a\\r\\n\\nb\"')"), ['a', '', 'b']);
    assert.equal(asked.value("lookup('lines', 'echo a; echo b')"), 'a,b');
  });

  it('that fail say their code and what they wrote', () => {
    assert.match(asked.fault("lookup('pipe', 'echo out; echo why >&2; exit 3')"), /returned 3: why$/);
    assert.match(asked.fault("lookup('lines', 'kill -9 $$')"), /ended by a signal/);
    assert.match(asked.fault("lookup('pipe', 'cat /dev/zero')"), /more than 32 MiB/);
    assert.equal(asked.value("lookup('pipe', 'exit 1', errors='ignore')"), null);
  });

  it('run once for a task, and again for the next', () => {
    const ask = (): unknown => asked.value("lookup('pipe', 'echo x >> ran; wc -l < ran') | int");
    assert.deepEqual([ask(), ask()], [1, 1]);
    asked.lookups.forget('h1');
    assert.equal(ask(), 2);
  });

  it('wait for whoever can wait, and are not tried twice', async () => {
    const ask = (): unknown =>
      asked.templates.waiting(() => asked.value("lookup('pipe', 'echo x >> ran; echo a')"));
    const pending = (): LookupPending => {
      try {
        ask();
      } catch (error) {
        if (error instanceof LookupPending) return error;
        throw error;
      }
      throw new Error('it did not wait');
    };
    const first = pending();
    assert.throws(() => readFileSync(`${asked.dir}/ran`), /ENOENT/);
    await first.done();
    assert.equal(ask(), 'a');
    assert.equal(readFileSync(`${asked.dir}/ran`, 'utf8'), 'x\n');
  });
});

describe('lookups: url', () => {
  let server: Server;
  let base: string;
  let asked: Asked;
  const seen: string[] = [];
  before(async () => {
    asked = new Asked();
    server = createServer((request, response) => {
      const { method, url, headers } = request;
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        seen.push(
          `${method ?? ''} ${url ?? ''} ${headers['user-agent'] ?? ''} ${String(headers['x-a'] ?? '')} ${body}`.trim(),
        );
        if (url === '/silent') return;
        if (url === '/moved') response.writeHead(302, { location: '/lines' });
        else if (url === '/circle') response.writeHead(302, { location: '/circle' });
        else if (url === '/elsewhere') response.writeHead(302, { location: 'file:///etc/passwd' });
        else if (
          url === '/private' &&
          headers.authorization !== `Basic ${Buffer.from('u:pässword').toString('base64')}`
        )
          response.writeHead(401);
        else if (url === '/none') response.writeHead(404, 'Not Found');
        response.end(url === '/lines' ? 'a\nb\n' : `${method ?? ''} ok`);
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    asked.remove();
    server.closeAllConnections();
    server.close();
  });

  /** The server is in this process, so that the request must not hold it up. */
  const ask = async (path: string, options = ''): Promise<unknown> => {
    asked.lookups.forget('h1');
    const again = (): unknown =>
      asked.templates.waiting(() => asked.value(`query('url', '${base}${path}'${options})`));
    try {
      return again();
    } catch (error) {
      if (!(error instanceof LookupPending)) throw error;
      await error.done();
      return again();
    }
  };
  const fault = async (path: string, options = ''): Promise<string> => {
    try {
      return `no fault: ${JSON.stringify(await ask(path, options))}`;
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      return error.diagnostics.map(({ detail }) => detail).join();
    }
  };

  it('gives lines or the whole text', async () => {
    assert.deepEqual(await ask('/lines'), ['a', 'b']);
    assert.deepEqual(await ask('/lines', ', split_lines=false'), ['a\nb\n']);
  });

  it('sends headers, a method and a body', async () => {
    seen.length = 0;
    assert.deepEqual(await ask('/x', ", headers={'X-A': 1}, http_agent='me', method='PUT', body={'k': 2}"), [
      'PUT ok',
    ]);
    assert.deepEqual(seen, ['PUT /x me 1 {"k":2}']);
  });

  it('follows redirects as told, and only to web servers', async () => {
    assert.deepEqual(await ask('/moved'), ['a', 'b']);
    assert.match(await fault('/moved', ", follow_redirects='none'"), /HTTP Error 302/);
    assert.match(await fault('/circle'), /too many redirects/);
    assert.match(await fault('/elsewhere'), /redirected to file:/);
  });

  it('says who asks, when asked for it', async () => {
    assert.deepEqual(await ask('/private', ", username='u', password='pässword'"), ['GET ok']);
    assert.deepEqual(await ask('/private', ", username='u', password='pässword', force_basic_auth=true"), [
      'GET ok',
    ]);
    assert.ok(asked.secrets.has('pässword'));
    assert.match(await fault('/private', ", username='u', password='wrong'"), /HTTP Error 401/);
  });

  it('says why there is no answer', async () => {
    assert.match(await fault('/none'), /HTTP Error 404: Not Found/);
    assert.match(await fault('/silent', ', timeout=0.3'), /no answer within 0.3 s/);
    assert.match(asked.fault("lookup('url', 'http://127.0.0.1:1/')"), /ECONNREFUSED/);
    assert.match(asked.fault("lookup('url', 'file:///etc/passwd')"), /not an http/);
    asked.env['http_proxy'] = 'http://127.0.0.1:1';
    assert.match(await fault('/lines'), /does not use proxies/);
    assert.deepEqual(await ask('/lines', ', use_proxy=false'), ['a', 'b']);
    delete asked.env['http_proxy'];
  });
});
