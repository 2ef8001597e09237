import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/**
 * Where no webhook goes, whatever a name, a redirect or a person says: link-local addresses, and those under which clouds
 * hand out credentials of the machine. Private networks are allowed: that is where printers and chats of makers live.
 */
const FORBIDDEN: readonly { net: string; bits: number; type: 'ipv4' | 'ipv6'; what: string }[] = [
    { net: '169.254.0.0', bits: 16, type: 'ipv4', what: 'link-local; 169.254.169.254 is metadata of most clouds' },
    { net: '100.100.100.200', bits: 32, type: 'ipv4', what: 'metadata of Alibaba Cloud' },
    { net: '168.63.129.16', bits: 32, type: 'ipv4', what: 'wire server of Azure' },
    { net: '192.0.0.192', bits: 32, type: 'ipv4', what: 'metadata of Oracle Cloud' },
    { net: 'fe80::', bits: 10, type: 'ipv6', what: 'link-local' },
    { net: 'fd00:ec2::', bits: 32, type: 'ipv6', what: 'metadata of AWS' },
    { net: 'fd20:ce::254', bits: 128, type: 'ipv6', what: 'metadata of Google Cloud' },
];

const list = new BlockList();
for (const { net, bits, type } of FORBIDDEN) list.addSubnet(net, bits, type);

/** The address is one that no webhook goes to. A person must act. */
export class ForbiddenTarget extends Error {
    readonly code = 'FORBIDDEN_TARGET';
    constructor(host: string) {
        super(
            `${host} is a link-local or cloud-metadata address: webhooks are never sent there. Enter another address.`,
        );
        this.name = 'ForbiddenTarget';
    }
}

/** @param address IPv4 or IPv6, also with a zone; IPv4 inside IPv6 counts as that IPv4 */
export function isForbidden(address: string): boolean {
    const plain = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
    const version = isIP(plain);
    if (version === 4) return list.check(plain, 'ipv4');
    if (version === 0) return false;
    const inside = ipv4Inside(plain);
    return list.check(plain, 'ipv6') || (inside !== null && list.check(inside, 'ipv4'));
}

/**
 * A look-up for `http.request` that leaves forbidden addresses out: what is connected to is what was checked. A name with
 * none other fails; one with others (`octopi.local` also has a link-local one) is reached under those.
 */
export const guardedLookup: LookupFunction = (hostname, options, callback) => {
    const all: LookupOptions & { all: true } = { ...options, all: true };
    systemLookup(hostname, all, (error, found: LookupAddress[]) => {
        if (error !== null) return callback(error, '', 0);
        const allowed = found.filter(({ address }) => !isForbidden(address));
        if (allowed.length === 0) return callback(new ForbiddenTarget(hostname), '', 0);
        if (options.all === true) callback(null, allowed);
        else callback(null, allowed[0]!.address, allowed[0]!.family);
    });
};

/** The IPv4 address in ::ffff:a.b.c.d, ::a.b.c.d, 64:ff9b::a.b.c.d (NAT64) and 2002:aabb:ccdd:: (6to4). */
function ipv4Inside(address: string): string | null {
    const groups = groupsOf(address);
    const [a, b, c, d, e, f, g, h] = groups as [number, number, number, number, number, number, number, number];
    if (a === 0x2002) return dotted(b, c);
    const empty = a + b + c + d + e === 0;
    if (empty && (f === 0xffff || f === 0)) return dotted(g, h);
    // ::ffff:0:a.b.c.d (SIIT)
    if (a + b + c + d === 0 && e === 0xffff && f === 0) return dotted(g, h);
    if (a === 0x64 && b === 0xff9b) return dotted(g, h);
    return null;
}

function groupsOf(address: string): number[] {
    // the URL parser writes every form as hexadecimal groups
    const text = new URL(`http://[${address}]`).hostname.slice(1, -1);
    const [head = '', tail] = text.split('::');
    const read = (part: string): number[] => (part === '' ? [] : part.split(':').map((group) => parseInt(group, 16)));
    const [before, after] = [read(head), read(tail ?? '')];
    return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

function dotted(high: number, low: number): string {
    return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
