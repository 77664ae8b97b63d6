/** What of a no_log task is a secret, seen in what is reported of the tasks after it. */
import assert from 'node:assert/strict';
import { shellHosts } from '../shell-hosts.js';

describe('engine/run/hidden-values', function () {
  this.timeout(240_000);
  const hosts = shellHosts();

  async function reported(tasks: string, check = false): Promise<string> {
    const { events } = await hosts.play(
      `- hosts: h1
  gather_facts: false
  vars:
    pw: Zq7part81x
    url: https://user:Zq7url82x@example.org/a
    key: Zq7tmpl83x
    list: [{ name: a, pass: Zq7loop84x }]
    server: web01.example.org
    release: v1.22.333
  tasks:
${tasks.replace(/^(?=.)/gm, '    ')}`,
      { hosts: ['h1'], files: { 't.j2': 'a = 1\nkey = {{ key }}\n' }, check },
    );
    return JSON.stringify(events.filter(({ type }) => type === 'task_result'));
  }

  for (const check of [false, true]) {
    it(`takes for one what is within a longer text, ${check ? 'in a plan' : 'in a run'}`, async () => {
      const text = await reported(
        `- { copy: { content: "server={{ server }} {{ release }} {{ inventory_hostname }}\\npassword = {{ pw }}\\n", dest: "{{ dir }}/f" }, no_log: true }
- { debug: { msg: "<{{ pw }}> {{ pw | b64encode }} {{ server }} {{ release }} {{ inventory_hostname }}" } }
- { replace: { path: "{{ dir }}/f", regexp: "password = ", replace: "secret: " } }
- { command: "true", environment: { A: "x{{ pw }}" }, no_log: true, changed_when: false }
- { command: "echo {{ item.pass }} {{ [lookup('pipe', 'printf Zq7pipe85x')] }}", loop: "{{ list }}", no_log: true }
- { debug: { msg: "{{ list }} {{ lookup('pipe', 'printf Zq7pipe85x') }}" } }
`,
        check,
      );
      assert.match(text, /"<\*{8}> \*{8} web01\.example\.org v1\.22\.333 h1"/);
      assert.doesNotMatch(text, /Zq7|81x|84x|85x/);
    });
  }

  it('takes for one the lines of a file that it writes as a whole, and the password in a URL', async () => {
    const text = await reported(
      `- { template: { src: t.j2, dest: "{{ dir }}/t" }, no_log: true }
- { lineinfile: { path: "{{ dir }}/t", line: "b = 2" } }
- { command: "echo {{ url }}", no_log: true, changed_when: false }
- { debug: { msg: "{{ url | urlsplit('password') }} {{ url | urlsplit('hostname') }}" } }
`,
    );
    assert.match(text, /\+b = 2|b = 2/);
    assert.match(text, /\*{8} example\.org/);
    assert.doesNotMatch(text, /Zq7/);
  });

  it('finds hexadecimal with marks between the bytes, and base64 twice', async () => {
    const text = await reported(
      `- { command: "echo {{ pw }}", no_log: true, changed_when: false }
- { shell: "printf %s {{ pw }} | od -An -tx1; printf %s {{ pw }} | od -An -tx1 | tr a-f A-F", changed_when: false }
- { debug: { msg: "{{ pw | b64encode | b64encode }} {{ ('x' ~ (pw | b64encode)) | b64encode }}" } }
`,
    );
    assert.doesNotMatch(text, /5a 71 37|5A 71 37|V25FM|XblE/);
  });
});
