import assert from 'node:assert/strict';
import { anonymizer } from '../../../lib/text/anonymize';

const CASES: [string, string][] = [
    ['InvenTree (http://192.168.1.20:8001/x) answered 400', 'InvenTree (<address>) answered 400'],
    ['connect ECONNREFUSED 10.0.0.7:8000', 'connect ECONNREFUSED <address>'],
    ['connect ECONNREFUSED fe80:0:0:0:1:2:3:4', 'connect ECONNREFUSED <address>'],
    ['getaddrinfo ENOTFOUND bambuddy.local', 'getaddrinfo ENOTFOUND <address>'],
    ['getaddrinfo ENOTFOUND printserver', 'getaddrinfo ENOTFOUND <address>'],
    ['write to someone@example.org', 'write to <address>'],
    ['name: Part "Shelf bracket, left" exists', 'name: Part "<name>" exists'],
    ['name: Part "Shelf brack…" exists', 'name: Part "<name>…" exists'],
    ['SHELF BRACKET, LEFT was refused', '<name> was refused'],
    ['Lid waits', '<name> waits'],
    ['a Lidded box', 'a Lidded box'],
    ['POST /api/stock/N/ at 2026-11-22T04:33:35Z, 12:30:05', 'POST /api/stock/N/ at 2026-11-22T04:33:35Z, 12:30:05'],
    ['bambuddy-128-311: Part 17, IPN BMB-3f2a90c1d4e7', 'bambuddy-128-311: Part 17, IPN BMB-3f2a90c1d4e7'],
];

describe('a text for others', () => {
    const names = ['Shelf bracket, left', 'Lid', 'ab', ''];
    const addresses = ['http://printserver:8000/', 'https://user@inventory.example.org/base'];

    for (const [text, clean] of CASES)
        it(`${text} → ${clean}`, () => assert.equal(anonymizer({ names, addresses })(text), clean));

    it('keeps addresses, or names, where a person wants them', () => {
        const text = 'http://10.0.0.7: Shelf bracket, left';
        assert.equal(anonymizer({ names, addresses, keepAddresses: true })(text), 'http://10.0.0.7: <name>');
        assert.equal(anonymizer({ names: [], addresses })(text), '<address> Shelf bracket, left');
    });
});
