import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * Where no webhook goes, whatever a name, a redirect or a person says: link-local addresses, and those under which clouds
 * hand out credentials of the machine. Private networks are allowed: that is where printers and chats of makers live.
 */
const FORBIDDEN: readonly { net: string; what: string }[] = [
    { net: '169.254.0.0/16', what: 'link-local; 169.254.169.254 is metadata of most clouds' },
    { net: '100.100.100.200/32', what: 'metadata of Alibaba Cloud' },
    { net: '168.63.129.16/32', what: 'wire server of Azure' },
    { net: '192.0.0.192/32', what: 'metadata of Oracle Cloud' },
    { net: 'fe80::/10', what: 'link-local' },
    { net: 'fd00:ec2::/32', what: 'metadata of AWS' },
    { net: 'fd20:ce::254/128', what: 'metadata of Google Cloud' },
];

/** IPv6 networks whose addresses hold an IPv4 address, and the byte at which it begins. */
const HOLDS_IPV4: readonly { net: string; byte: number; what: string }[] = [
    { net: '::ffff:0:0/96', byte: 12, what: 'IPv4-mapped' },
    { net: '::/96', byte: 12, what: 'IPv4-compatible, deprecated' },
    { net: '::ffff:0:0:0/96', byte: 12, what: 'SIIT' },
    { net: '64:ff9b::/32', byte: 12, what: 'NAT64' },
    { net: '2002::/16', byte: 2, what: '6to4' },
];

const forbidden = FORBIDDEN.map(({ net }) => ipaddr.parseCIDR(net));
const holdsIpv4 = HOLDS_IPV4.map(({ net, byte }) => ({ net: ipaddr.parseCIDR(net), byte }));

/** The address is one that no webhook goes to. A person must act. */
export class BlockedTarget extends Error {
    readonly code = 'FORBIDDEN_TARGET';
    constructor(host: string) {
        super(`${host} is a link-local or cloud metadata address: webhooks to it are blocked. Enter another address.`);
        this.name = 'ForbiddenTarget';
    }
}

/** @param address IPv4 or IPv6, also with a zone; IPv4 inside IPv6 counts as that IPv4 */
export function isBlocked(address: string): boolean {
    const plain = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
    if (isIP(plain) === 0) return false;
    const parsed = ipaddr.parse(plain);
    const inside = ipv4Inside(parsed);
    return [parsed, ...(inside === null ? [] : [inside])].some((each) => forbidden.some((net) => isIn(each, net)));
}

/**
 * A look-up for `http.request` that leaves forbidden addresses out: what is connected to is what was checked. A name with
 * none other fails; one with others (`octopi.local` also has a link-local one) is reached under those.
 */
export const guardedLookup: LookupFunction = (hostname, options, callback) => {
    const all: LookupOptions & { all: true } = { ...options, all: true };
    systemLookup(hostname, all, (error, found: LookupAddress[]) => {
        if (error !== null) return callback(error, '', 0);
        const allowed = found.filter(({ address }) => !isBlocked(address));
        if (allowed.length === 0) return callback(new BlockedTarget(hostname), '', 0);
        if (options.all === true) callback(null, allowed);
        else callback(null, allowed[0]!.address, allowed[0]!.family);
    });
};

function ipv4Inside(address: Address): ipaddr.IPv4 | null {
    const holder = holdsIpv4.find(({ net }) => isIn(address, net));
    return holder === undefined ? null : new ipaddr.IPv4(address.toByteArray().slice(holder.byte, holder.byte + 4));
}

function isIn(address: Address, [net, bits]: [Address, number]): boolean {
    return address.kind() === net.kind() && address.match(net, bits);
}
