import assert from 'node:assert/strict';
import { ActionError, ACTIONS, actionOf } from '../../../../../lib/sources/bambuddy/commands/action';
import { BACKFILL_MODES } from '../../../../../lib/sources/bambuddy/commands/backfill';

function refusal(payload: unknown): string {
    try {
        actionOf(payload);
    } catch (error) {
        assert.ok(error instanceof ActionError);
        return error.message;
    }
    return assert.fail(`${JSON.stringify(payload)} was taken`);
}

describe('actions', () => {
    it('are a text or an object, without regard to case', () => {
        assert.deepEqual(actionOf('poll'), { action: 'poll' });
        assert.deepEqual(actionOf(' Status '), { action: 'status' });
        assert.deepEqual(actionOf({ action: 'POLL' }), { action: 'poll' });
    });

    it('that are none list the right ones', () => {
        for (const payload of ['pol', '', {}, null, undefined, 7, ['poll'], { action: 7 }])
            for (const action of ACTIONS) assert.ok(refusal(payload).includes(action), JSON.stringify(payload));
    });

    it('backfill takes prints one by one: archives by id, or runs of archives by id and start', () => {
        const asked = { action: 'backfill', prints: [12, '13', { archiveId: 15 }, { archiveId: 16, startedAt: null }] };
        const start = { archiveId: 17, startedAt: '2026-11-22T05:33:35+01:00' };
        assert.deepEqual(actionOf({ ...asked, prints: [...asked.prints, start] }), {
            action: 'backfill',
            mode: 'all',
            max: undefined,
            since: undefined,
            until: undefined,
            prints: [
                { archiveId: 12 },
                { archiveId: 13 },
                { archiveId: 15 },
                { archiveId: 16, startedAt: null },
                { archiveId: 17, startedAt: '2026-11-22T04:33:35.000Z' },
            ],
        });
        assert.match(refusal({ ...asked, max: 1 }), /leave out "max"/);
        for (const prints of [[], 'all', {}, Array.from({ length: 2001 }, (_, n) => n + 1)])
            assert.match(refusal({ ...asked, prints }), /"prints" must be a list of 1 to 2000 prints/);
        for (const print of [0, 1.5, 'x']) assert.match(refusal({ ...asked, prints: [print] }), /whole number from 1/);
        for (const print of [null, [], true]) assert.match(refusal({ ...asked, prints: [print] }), /ids of archives/);
        assert.match(
            refusal({ ...asked, prints: [{ archiveId: 1, startedAt: 'then' }] }),
            /"startedAt" must be a time/,
        );
    });

    it('archive needs a whole number from 1; a number as text is one', () => {
        assert.deepEqual(actionOf({ action: 'archive', archiveId: '12' }), {
            action: 'archive',
            archiveId: 12,
            force: false,
        });
        assert.deepEqual(actionOf({ action: 'archive', archiveId: 3, force: true }), {
            action: 'archive',
            archiveId: 3,
            force: true,
        });
        for (const archiveId of [undefined, null, 0, -1, 1.5, 'x', '', NaN, 2 ** 60, 1e308, '1e2', '0x10', [], {}])
            assert.match(refusal({ action: 'archive', archiveId }), /"archiveId" must be a whole number from 1/);
        assert.match(refusal({ action: 'archive', archiveId: 1, force: 'yes' }), /"force" must be true or false/);
    });

    it('backfill without anything is the whole history', () => {
        assert.deepEqual(actionOf('backfill'), {
            action: 'backfill',
            mode: 'all',
            max: undefined,
            since: undefined,
            until: undefined,
        });
    });

    it('backfill lists the modes where one is unknown', () => {
        for (const mode of ['', 'everything', 7, 'constructor'])
            for (const right of BACKFILL_MODES) assert.ok(refusal({ action: 'backfill', mode }).includes(right));
    });

    it('backfill takes a most and times, in UTC', () => {
        const action = actionOf({ action: 'backfill', mode: 'preview', max: 3, since: '2026-11-22T05:00:00+01:00' });
        assert.deepEqual(action, {
            action: 'backfill',
            mode: 'preview',
            max: 3,
            since: '2026-11-22T04:00:00.000Z',
            until: undefined,
        });
        assert.match(refusal({ action: 'backfill', max: 0 }), /"max"/);
        assert.match(refusal({ action: 'backfill', max: 'many' }), /"max"/);
        for (const since of [
            'yesterday',
            {},
            true,
            '12',
            '2026-11-22',
            '2026-11-22T04:33:35',
            12,
            0,
            -1,
            1e308,
            1764000000,
        ])
            assert.match(refusal({ action: 'backfill', since }), /"since" must be a time with its zone/);
        const ms = Date.parse('2026-11-22T04:00:00Z');
        assert.deepEqual(actionOf({ action: 'backfill', since: ms }), { ...action, mode: 'all', max: undefined });
        assert.match(refusal({ action: 'backfill', until: NaN }), /"until"/);
    });
});
