/** `check_mode` with every kind of module, and what ansible-core 2.19.11 reports of it: the same in a check and in a run. */

/** Tasks whose names start with `look` show values. */
export const tasks = `
- { name: copy true 01, copy: { content: x, dest: "{{ dir }}/a" }, check_mode: true, register: r1, notify: h1 }
- { name: look 01b, debug: { msg: "{{ r1.changed }} {{ r1 is skipped }} {{ r1.failed | default(false) }}" } }
- { name: command true 02, command: "touch {{ dir }}/b", check_mode: true, register: r2, notify: h2 }
- { name: look 02b, debug: { msg: "{{ r2.changed }} {{ r2 is skipped }} {{ r2.rc | default('no') }}" } }
- { name: command false 03, command: "touch {{ dir }}/c", check_mode: false, register: r3, notify: h3 }
- { name: look 03b, debug: { msg: "{{ r3.changed }} {{ r3.rc }}" }, when: r3.rc == 0 }
- { name: creates true 04, command: { cmd: "touch {{ dir }}/c", creates: "{{ dir }}/c" }, check_mode: true, register: r4 }
- { name: look 04b, debug: { msg: "{{ r4.changed }} {{ r4 is skipped }}" } }
- { name: creates new true 05, command: { cmd: "touch {{ dir }}/e", creates: "{{ dir }}/e" }, check_mode: true, register: r5 }
- { name: look 05b, debug: { msg: "{{ r5.changed }} {{ r5 is skipped }}" } }
- { name: until true 06, command: "false", check_mode: true, register: r6, until: r6.rc == 0, retries: 1, delay: 0, ignore_errors: true }
- { name: look 06b, debug: { msg: "{{ r6.changed }} {{ r6 is skipped }} {{ r6 is failed }} {{ r6.attempts | default('none') }}" } }
- { name: until false 07, command: "true", check_mode: false, register: r7, until: r7.rc == 0, retries: 1, delay: 0 }
- { name: loop true 08, copy: { content: "{{ item }}", dest: "{{ dir }}/l{{ item }}" }, loop: [1, 2], check_mode: true, register: r8 }
- { name: look 08b, debug: { msg: "{{ r8.changed }} {{ r8.results | map(attribute='changed') | list }}" } }
- { name: loop cmd false 09, command: "touch {{ dir }}/m{{ item }}", loop: [1, 2], check_mode: false, register: r9 }
- { name: look 09b, debug: { msg: "{{ r9.changed }} {{ r9.results | map(attribute='rc') | list }}" } }
- { name: template condition 10, copy: { content: x, dest: "{{ dir }}/n" }, check_mode: "{{ r3.rc == 0 }}", register: r10 }
- { name: look 10b, stat: { path: "{{ dir }}/n" }, register: s10 }
- { name: look 10c, debug: { msg: "{{ s10.stat.exists }}" } }
- { name: set_fact true 11, set_fact: { f: 1 }, check_mode: true }
- { name: look 11b, debug: { msg: "{{ f }}" } }
- { name: assert true 12, assert: { that: r3.rc == 0 }, check_mode: true }
- { name: fail true 13, fail: { msg: m }, check_mode: true, ignore_errors: true, register: r13 }
- { name: shell false fails 14, shell: "exit 3", check_mode: false, register: r14, failed_when: r14.rc != 3, changed_when: r14.rc == 3 }
- { name: look 14b, debug: { msg: "{{ r14.changed }} {{ r14.rc }}" } }
- name: block 15
  check_mode: true
  block:
    - { name: copy 15, copy: { content: y, dest: "{{ dir }}/blk" }, register: r15 }
    - { name: cmd 15, command: "touch {{ dir }}/blk2", check_mode: false }
- { name: look 15c, stat: { path: "{{ dir }}/blk" }, register: s15 }
- { name: look 15d, debug: { msg: "{{ s15.stat.exists }} {{ r15.changed }}" } }
- { name: lineinfile after copied true 16, lineinfile: { path: "{{ dir }}/a", line: z }, ignore_errors: true, register: r16 }
- { name: wait true 17, wait_for: { path: "{{ dir }}/c", timeout: 2 }, check_mode: true, register: r17 }
- { name: look 17b, debug: { msg: "{{ r17.changed }} {{ r17 is skipped }}" } }
- { name: slurp true 18, slurp: { src: "{{ dir }}/c" }, check_mode: true, register: r18 }
- { name: look 18b, debug: { msg: "{{ r18.content | b64decode }}|" } }
- { name: raw true 19, raw: "echo hi", check_mode: true, register: r19 }
- { name: look 19b, debug: { msg: "{{ r19.changed }} {{ r19 is skipped }} {{ r19.stdout | default('no') }}" } }
- { name: script true 20, script: s.sh, check_mode: true, register: r20 }
- { name: look 20b, debug: { msg: "{{ r20.changed }} {{ r20 is skipped }}" } }
- { name: fetch true 22, fetch: { src: "{{ dir }}/c", dest: "{{ dir }}/../fetched/", flat: true }, check_mode: true, register: r22 }
- { name: look 22b, debug: { msg: "{{ r22.changed }}" } }
- { name: changed_when on true 23, command: "true", check_mode: true, changed_when: true, register: r23 }
- { name: look 23b, debug: { msg: "{{ r23.changed }} {{ r23 is skipped }}" } }
`;

/** `NAME STATUS` of each result, or what a `look` shows. */
export const shown: readonly string[] = [
  'copy true 01 changed',
  'look 01b True False False',
  'command true 02 skipped',
  'look 02b False True 0',
  'command false 03 changed',
  'look 03b True 0',
  'creates true 04 ok',
  'look 04b False False',
  'creates new true 05 changed',
  'look 05b True False',
  'until true 06 skipped',
  'look 06b False True False 1',
  'until false 07 changed',
  'loop true 08 changed',
  'loop true 08 changed',
  'look 08b True [True, True]',
  'loop cmd false 09 changed',
  'loop cmd false 09 changed',
  'look 09b True [0, 0]',
  'template condition 10 changed',
  'look 10b ok',
  'look 10c false',
  'set_fact true 11 ok',
  'look 11b 1',
  'assert true 12 ok',
  'fail true 13 ignored',
  'shell false fails 14 changed',
  'look 14b True 3',
  'copy 15 changed',
  'cmd 15 changed',
  'look 15c ok',
  'look 15d False True',
  'lineinfile after copied true 16 ignored',
  'wait true 17 skipped',
  'look 17b False True',
  'slurp true 18 ok',
  'look 18b |',
  'raw true 19 skipped',
  'look 19b False True no',
  'script true 20 skipped',
  'look 20b False True',
  'fetch true 22 skipped',
  'look 22b false',
  'changed_when on true 23 skipped',
  'look 23b False True',
];

/** Handlers that ran: one that a skipped command names does not. */
export const handlers: readonly string[] = ['h1 ok', 'h3 ok'];
