/** The playbooks that are timed: the same text for every tool. */

/** What a task list is made of, in this proportion: file, template, lineinfile, systemd, apt (as the usual playbook has them). */
function task(index: number): string {
  const name = `    - name: task ${index}\n`;
  switch (index % 13) {
    case 0:
    case 5:
    case 9:
      return `${name}      ansible.builtin.file: { path: /srv/bench/d${index}, state: directory, mode: "0755" }\n`;
    case 1:
    case 4:
    case 7:
    case 10:
      return `${name}      ansible.builtin.template: { src: bench.conf.j2, dest: /srv/bench/t${index}.conf, mode: "0644" }\n      vars: { number: ${index} }\n`;
    case 2:
    case 6:
    case 11:
      return `${name}      ansible.builtin.lineinfile: { path: /srv/bench/lines, line: "entry ${index}", create: true, mode: "0644" }\n`;
    case 3:
    case 8:
      return `${name}      ansible.builtin.systemd: { name: ${index % 2 === 0 ? 'ssh' : 'dbus'}, state: started }\n`;
    default:
      return `${name}      ansible.builtin.apt: { name: [openssh-server, sudo, procps], state: present }\n`;
  }
}

export const template = `# bench {{ number }}
{% for host in groups['lab'] | sort %}
peer {{ loop.index }} {{ host }}
{% endfor %}
owner = {{ inventory_hostname }}
`;

/** A playbook of so many tasks. Facts are not gathered: no task uses them, and Ansible would only lose by it. */
export function playbook(tasks: number): string {
  const first =
    '    - name: folder\n      ansible.builtin.file: { path: /srv/bench, state: directory, mode: "0755" }\n';
  const rest = Array.from({ length: tasks - 1 }, (_, index) => task(index)).join('');
  return `- hosts: lab\n  gather_facts: false\n  tasks:\n${first}${rest}`;
}

/** What brings a host back to where the first apply begins. */
export const forget = 'rm -rf /srv/bench';
