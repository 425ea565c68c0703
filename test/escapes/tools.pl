# What the attempts have in common. Each attempt runs in a process of its own, and in a mount namespace of its own where it
# may make one, so that none finds what another has changed. perl's own modules aren't there.

sub call {
    my ($name, @arguments) = @_;
    $returned = syscall($NUMBERS{$name} // die("$name has no number here\n"), @arguments);
    return $returned != -1;
}

# Where the kernel stops after the question of rights: the attempt is meant to get no further.
sub stops_with { return $! == $ERRNOS{$_[0]} }

# Nothing is written: that the file can be opened is enough.
sub opens_to_write { return sysopen(my $file, $_[0], $O_WRONLY | $O_NOCTTY | $O_NONBLOCK) }

sub opens { return sysopen(my $file, $_[0], $O_NOCTTY | $O_NONBLOCK) }

sub reads {
    sysopen(my $file, $_[0], $O_NONBLOCK) or return 0;
    my $read = sysread($file, my $byte, 1) // return 0;
    return $read || because("empty");
}

# A device file in the root: the file systems in /dev don't show devices.
sub device {
    my ($type, $major, $minor) = @_;
    my $file = "/device-$$";
    return call("mknodat", $AT_FDCWD, $file, $type | 0600, $major << 8 | $minor) && $file;
}

sub place { mkdir("/place"); return "/place" }

# The directory of the container's group, or of one of its groups.
sub group {
    my $top = "/sys/fs/cgroup";
    opendir(my $entries, $top) or return $top;
    return (grep { -e "$_/cgroup.procs" } $top, map { "$top/$_" } sort(readdir($entries)))[0] // $top;
}

# A frame for everybody: the address is that of 02:00:00:00:00:01.
sub arp_answer {
    my ($address) = @_;
    my ($ours, $everybody) = (pack("H12", "020000000001"), pack("H12", "f" x 12));
    my $ethernet = $everybody . $ours . pack("n", $ETH_P_ARP);
    return $ethernet . pack("nnCCn", 1, 0x0800, 6, 4, 2) . $ours . $address . $ours . $address;
}

# The address of the host on the bridge.
sub gateway {
    open(my $routes, "/proc/net/route") or return undef;
    my ($default) = grep { $_->[1] eq "00000000" } map { [split] } <$routes>;
    return $default && pack("V", hex($default->[2]));
}

sub because { print RESULT $_[0]; exit }

sub attempt {
    my ($name, $body) = @_;
    pipe(my $from, RESULT);
    my $child = fork();
    if ($child == 0) {
        select((select(RESULT), $| = 1)[0]);
        call("unshare", $CLONE_NEWNS);
        my $works = eval { $body->() };
        because($@ ? "died: $@" : $works ? "works" : $! + 0);
    }
    close(RESULT);
    my $result = <$from>;
    waitpid($child, 0);
    print("$name\t", $result // "killed by signal " . ($? & 127), "\n");
}

$| = 1;
