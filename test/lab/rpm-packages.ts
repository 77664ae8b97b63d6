/**
 * Makes of a Debian host one whose packages are rpm's, as far as package managers see: dnf and zypper themselves are real, and so are rpm,
 * its database and the repositories; the packages are small ones whose every file is known, and their scripts do what those of
 * RHEL's and SUSE's kernels do (redhat kernel.spec; SUSE's kernel-scriptlets and post.sh). `/usr/local/sbin/lab-become rhel|sles` hides the other
 * package managers.
 */
export const rpmDistribution = String.raw`
mkdir -p /etc/rpm /etc/yum.repos.d /etc/zypp/repos.d /srv/rpms/rhel /srv/rpms/sles /tmp/rpm
echo '%_dbpath /var/lib/rpm' >/etc/rpm/macros
cd /tmp/rpm
# head NAME VERSION RELEASE ARCH: the beginning of a spec file.
head() { printf 'Name: %s\nVersion: %s\nRelease: %s\nBuildArch: %s\nSummary: test package of the rtprov lab\nLicense: MIT\nAutoReqProv: no\n' "$@"; }
build() { # DISTRIBUTION... <spec
  cat >spec
  rpmbuild -bb --quiet --define '_build_name_fmt %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm' --define "_rpmdir $PWD/out" spec >log 2>&1 || { cat log; exit 1; }
  for one; do cp out/*.rpm "/srv/rpms/$one/"; done
  rm -rf out
}
{ head lab-release 9.4 1 noarch; printf 'Provides: system-release = 9.4\nProvides: /bin/sh\n%%description\nWhat other packages need of a distribution.\n%%files\n'; } | build rhel sles
for version in 1.0 2.0; do
  { head rtprov-demo-a $version 1 noarch; cat <<SPEC
%description
Has a configuration file.
%install
mkdir -p %{buildroot}/etc %{buildroot}/usr/share/rtprov-demo-a
echo level=$version >%{buildroot}/etc/rtprov-demo-a.conf
echo data of version $version >%{buildroot}/usr/share/rtprov-demo-a/data.txt
%files
%config(noreplace) /etc/rtprov-demo-a.conf
/usr/share/rtprov-demo-a
SPEC
  } | build rhel sles
done
{ head rtprov-demo-b 1.0 1 noarch; cat <<'SPEC'
Epoch: 1
Requires: rtprov-demo-a
%description
Needs another, and has a service.
%install
mkdir -p %{buildroot}/usr/share/rtprov-demo-b %{buildroot}/usr/lib/systemd/system
echo data of b >%{buildroot}/usr/share/rtprov-demo-b/data.txt
printf '[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n' >%{buildroot}/usr/lib/systemd/system/rtprov-demo-b.service
%files
/usr/share/rtprov-demo-b
/usr/lib/systemd/system/rtprov-demo-b.service
%post
echo made by a script >/etc/rtprov-demo-b.made
systemctl enable --now rtprov-demo-b.service
%preun
if [ $1 = 0 ]; then systemctl disable --now rtprov-demo-b.service; fi
SPEC
} | build rhel sles
{ head rtprov-demo-broken 1.0 1 noarch; printf '%%description\nRefuses.\n%%files\n%%pre\necho rtprov-demo-broken: this package cannot be installed >&2; exit 1\n'; } | build rhel sles
for release in 427.el9_4 503.el9_5; do
  kernel=5.14.0-$release.x86_64+rt
  { head kernel-rt 5.14.0 $release x86_64; cat <<SPEC
Requires: kernel-rt-core = %{version}-%{release}
Provides: installonlypkg(kernel)
%description
Leads to the kernel.
%files
%package core
Summary: test package of the rtprov lab
AutoReqProv: no
Provides: installonlypkg(kernel)
Provides: kernel-uname-r = $kernel
%description core
What a kernel's package has, without a kernel.
%install
mkdir -p %{buildroot}/usr/lib/modules/$kernel
echo kernel $kernel >%{buildroot}/usr/lib/modules/$kernel/vmlinuz
%files core
/usr/lib/modules/$kernel
%posttrans core
mkdir -p /boot/loader/entries
cp /usr/lib/modules/$kernel/vmlinuz /boot/vmlinuz-$kernel
printf 'title Red Hat Enterprise Linux ($kernel) 9.4\nversion $kernel\nlinux /vmlinuz-$kernel\noptions root=/dev/vda1 ro\n' >/boot/loader/entries/lab-$kernel.conf
grub-editenv /boot/grub/grubenv set saved_entry=lab-$kernel
%preun core
rm -f /boot/vmlinuz-$kernel /boot/loader/entries/lab-$kernel.conf
SPEC
  } | build rhel
done
for release in 150500.13.5.1 150500.13.8.1; do
  kernel=5.14.21-${'$'}{release%.*}-rt
  { head kernel-rt 5.14.21 $release x86_64; cat <<SPEC
Provides: multiversion(kernel)
Provides: kernel-rt = 5.14.21-${'$'}{release%.*}
%description
What a kernel's package has, without a kernel.
%install
mkdir -p %{buildroot}/usr/lib/modules/$kernel
echo kernel $kernel >%{buildroot}/usr/lib/modules/$kernel/vmlinuz
%files
/usr/lib/modules/$kernel
%post
test \$1 -gt 1 && touch /boot/do_purge_kernels
cp /usr/lib/modules/$kernel/vmlinuz /boot/vmlinuz-$kernel
ln -sf vmlinuz-$kernel /boot/vmlinuz
%postun
rm -f /boot/vmlinuz-$kernel
SPEC
  } | build sles
done
cd /
rm -rf /tmp/rpm /root/rpmbuild
for one in rhel sles; do createrepo_c -q /srv/rpms/$one; done
printf '[lab]\nname=lab\nbaseurl=file:///srv/rpms/rhel\nenabled=1\ngpgcheck=0\n' >/etc/yum.repos.d/lab.repo
printf '[lab]\nname=lab\nbaseurl=file:///srv/rpms/sles\nenabled=1\nautorefresh=1\ngpgcheck=0\n' >/etc/zypp/repos.d/lab.repo
printf '[main]\nmultiversion = provides:multiversion(kernel)\n' >/etc/zypp/zypp.conf
rpm -i --justdb --nodeps /srv/rpms/rhel/lab-release-*.rpm 2>/dev/null
cat >/usr/local/sbin/lab-become <<'BECOME'
#!/bin/sh
set -e
case $1 in
  rhel) printf 'ID="rhel"\nID_LIKE="fedora"\nNAME="Red Hat Enterprise Linux"\nVERSION_ID="9.4"\n'; hide=zypper ;;
  sles) printf 'ID="sles"\nID_LIKE="suse"\nNAME="SLES"\nVERSION_ID="15.5"\n'; hide=dnf ;;
esac >/etc/os-release.new
mv /etc/os-release.new /etc/os-release
mv "/usr/bin/$hide" "/usr/bin/$hide.hidden"
mv /usr/bin/apt-get /usr/bin/apt-get.hidden
BECOME
chmod 755 /usr/local/sbin/lab-become
`;
