/**
 * dnf through its Python API (dnf.readthedocs.io, "DNF API Reference"; RHEL 8 to 10), whose transaction can be looked at before it is done.
 * The interpreter is the one that dnf itself runs under. Packages are lines SIGN NAME VERSION [ARCHIVE], as in rpm-library.ts.
 *
 *     ask DIR MODE REFRESH NAME...  with the words of DIR/flags, what would come (+) and go (-), what went could be had nowhere again (!), and releases of kernels (k)
 *     fetch DIR [CACHE]             brings the archives of the packages on DIR/fetch into DIR
 *     do DIR                        does DIR/steps, and nothing else
 */
export const dnfProgram = String.raw`import os, shutil, sys
import dnf, dnf.exceptions
task, where, rest = sys.argv[1], sys.argv[2], sys.argv[3:]
def lines(name):
    with open(os.path.join(where, name)) as file:
        return [line.split() for line in file if line.strip()]
steps = lines('steps') if task == 'do' else []
planned = {tuple(step[:3]) for step in steps}
base = dnf.Base()
conf = base.conf
conf.read()
conf.substitutions.update_from_etc('/')
if not conf.substitutions.get('releasever'):
    conf.substitutions['releasever'] = ''
# The kernel that runs is never a spare one, and nothing goes that was not planned.
conf.installonly_limit = 0
conf.clean_requirements_on_remove = False
if task == 'fetch' and rest:
    conf.cachedir = rest[0]
if task == 'ask':
    flags = {flag for line in lines('flags') for flag in line}
    if '--install-recommends' in flags or '--no-install-recommends' in flags:
        conf.install_weak_deps = '--install-recommends' in flags
    conf.cachedir, conf.persistdir, conf.logdir = (os.path.join(where, name) for name in ('cache', 'persist', 'log'))
# All that comes is at hand: undo needs no repository.
local = task == 'do' and all(step[0] == '-' or len(step) > 3 for step in steps)
try:
    if not local:
        base.init_plugins()
        base.pre_configure_plugins()
        base.read_all_repos()
        base.configure_plugins()
        if task == 'ask' and rest[1] == 'true':
            for repo in base.repos.iter_enabled():
                repo.metadata_expire = 1
    base.fill_sack(load_system_repo=True, load_available_repos=not local)
    query = base.sack.query()
    native = (os.uname().machine, 'noarch')
    def key(package):
        return package.name if package.arch in native else package.name + ':' + package.arch
    def found(query, wanted, evr):
        packages = [p for p in query.filter(name=wanted.split(':')[0]) if key(p) == wanted and p.evr == evr]
        return packages[0] if packages else None
    def gone(wanted, evr):
        sys.exit('dnf: %s %s is in no repository any more' % (wanted, evr))
    if task == 'fetch':
        for wanted, evr in lines('fetch'):
            package = found(query.available(), wanted, evr) or gone(wanted, evr)
            base.download_packages([package])
            shutil.copy(package.localPkg(), where)
        sys.exit(0)
    if task == 'ask':
        for name in rest[2:]:
            if rest[0] == 'remove':
                base.remove(name)
                continue
            base.install(name)
            if rest[0] == 'latest':
                try:
                    base.upgrade(name)
                except dnf.exceptions.MarkingError:
                    pass
    # Archives have to be known before anything is asked for.
    archives = [step[3] for step in steps if len(step) > 3]
    kept = dict(zip(archives, base.add_remote_rpms(archives))) if archives else {}
    comes = {step[1] for step in steps if step[0] == '+'}
    for sign, wanted, evr, *archive in steps:
        if sign == '-':
            package = found(query.installed(), wanted, evr)
            if package is not None and wanted not in comes:
                base.package_remove(package)
            continue
        package = kept[archive[0]] if archive else found(query.available(), wanted, evr) or gone(wanted, evr)
        replaced = [old for old in query.installed().filter(name=package.name) if ('-', key(old), old.evr) in planned]
        if any(old > package for old in replaced):
            base.package_downgrade(package)
        else:
            base.package_install(package)
    base.resolve(allow_erasing=task == 'do' or rest[0] == 'remove')
    change = {(sign, key(package), package.evr)
              for sign, packages in (('+', base.transaction.install_set), ('-', base.transaction.remove_set)) for package in packages}
    # What is laid out again in the same version neither comes nor goes.
    change = {one for one in change if ('-' if one[0] == '+' else '+',) + one[1:] not in change}
    if task == 'ask':
        for one in sorted(change):
            print(*one)
            if one[0] == '-' and found(query.available(), *one[1:]) is None:
                print('!', *one[1:])
        for package in base.transaction.install_set:
            for provided in package.provides:
                name, _, release = str(provided).partition(' = ')
                if name == 'kernel-uname-r':
                    print('k', release)
        sys.exit(0)
    more = sorted(change - planned)
    if more:
        sys.exit('dnf would do more than was planned, so nothing was done: ' + ', '.join(' '.join(one) for one in more))
    base.download_packages([package for package in base.transaction.install_set if package.reponame != '@commandline'])
    for package in base.transaction.install_set:
        if package.reponame == '@commandline':
            continue
        verdict, why = base.package_signature_check(package)
        if verdict == 1:
            base.package_import_key(package, lambda *given: True)
            verdict, why = base.package_signature_check(package)
        if verdict != 0:
            sys.exit('dnf: ' + why)
    base.do_transaction()
except dnf.exceptions.Error as error:
    sys.exit('dnf: ' + str(error))
`;
