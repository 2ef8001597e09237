import assert from 'node:assert/strict';
import { DEFAULT_LEAVE_OUT, PathPatterns } from '../../../../lib/sources/octoprint/path-patterns';
import { migrate, type Config } from '../../../../nodes/runtime/settings/migrations';
import { SETTINGS } from '../../../../nodes/octoprint-event-in/settings';
import { sourceSettings } from '../../../../nodes/octoprint-event-in/source-settings';
import { readSettings } from '../../../../nodes/runtime/settings/read-settings';

describe('patterns of paths and names', () => {
    for (const [pattern, path, matches] of [
        ['clear_bed', 'clear_bed.gcode', true],
        ['clear_bed', 'Queue/CLEAR_BED.GCO', true],
        ['clear_bed.gcode', 'Queue/clear_bed.gcode', true],
        ['clear_bed', 'clear_bed_tool.gcode', false],
        ['clear_bed', 'clear_bed/hook.gcode', false],
        ['clear*', 'clear_bed_tool.gcode', true],
        ['*bed*', 'Queue/my_bed_1.g', true],
        ['hook?', 'hook1.gcode', true],
        ['hook?', 'hook.gcode', false],
        ['Queue/', 'Queue/hook.gcode', true],
        ['Queue/', 'Queue/deep/hook.gcode', true],
        ['Queue/', 'Other/Queue/hook.gcode', false],
        ['/Queue/', 'Queue/hook.gcode', true],
        ['Queue/*', 'Queue/hook.gcode', true],
        ['Queue/*', 'Queue/deep/hook.gcode', false],
        ['**/tmp/**', 'ContinuousPrint/tmp/a/b.gcode', true],
        ['Queue/hook', 'Queue/hook.gcode', true],
        ['a.c', 'abc.gcode', false],
        ['a(b', 'a(b.gcode', true],
        ['gehäuse', 'Gehäuse.gcode'.normalize('NFD'), true],
        ['', 'hook.gcode', false],
        [' ', 'hook.gcode', false],
    ] as const)
        it(`${JSON.stringify(pattern)} ${matches ? 'is' : 'is not'} of ${path}`, () =>
            assert.equal(new PathPatterns([pattern]).matches(path), matches));

    it('are of the name as it was uploaded, too', () =>
        assert.ok(new PathPatterns(['räumen']).matches('raumen.gcode', 'Räumen.gcode')));

    it('of many stars judge a long name at once', () =>
        assert.equal(new PathPatterns(['*'.repeat(200) + 'x']).matches('a'.repeat(10_000)), false));

    it('leave out what queue plugins print, unless a flow says otherwise', () => {
        const usual = new PathPatterns(DEFAULT_LEAVE_OUT);
        for (const path of ['ContinuousPrint/cp_bed_clearing_script.gcode', 'Queue/clear_bed.gcode'])
            assert.ok(usual.matches(path));
        for (const path of ['bed_clip.gcode', 'ContinuousPrint/hook.gcode', 'queue.gcode'])
            assert.ok(!usual.matches(path), path);
        const saved = migrate<Config>('octoprint-event-in', { version: 1 });
        assert.deepEqual(leaveOutOf(saved), DEFAULT_LEAVE_OUT);
        assert.deepEqual(leaveOutOf({}), DEFAULT_LEAVE_OUT);
        assert.deepEqual(leaveOutOf(migrate<Config>('octoprint-event-in', { leaveOut: '' })), []);
    });
});

/** What a node of these properties leaves out. */
function leaveOutOf(config: Config): readonly string[] | undefined {
    return sourceSettings('id', readSettings(SETTINGS.settings, config)).leaveOut;
}
