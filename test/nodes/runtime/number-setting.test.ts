import assert from 'node:assert/strict';
import { SETTINGS } from '../../../nodes/octoprint-event-in/settings';
import { sourceSettings } from '../../../nodes/octoprint-event-in/source-settings';
import { readSettings } from '../../../nodes/runtime/settings/read-settings';

/** The settings of a flow made by hand, and what is said of them. */
function of(config: Record<string, unknown>): { settings: ReturnType<typeof sourceSettings>; reported: string[] } {
    const reported: string[] = [];
    const values = readSettings(SETTINGS.settings, config, (text) => void reported.push(text));
    return { settings: sourceSettings('id', values), reported };
}

describe('numbers in the settings of OctoPrint events', () => {
    it('are what is usual where nothing is entered, without a word', () => {
        for (const empty of [undefined, null, '']) {
            const { settings, reported } = of({ interval: empty, window: empty, passAfter: empty, diameter: empty });
            assert.deepEqual([settings.interval, settings.window, settings.passAfter], [300, 4, 60]);
            assert.equal(settings.filament.diameter, null);
            assert.deepEqual(reported, []);
        }
    });

    it('may be texts, with a comma too', () => {
        const { settings, reported } = of({ interval: ' 60 ', diameter: '1,75', density: '1.24' });
        assert.deepEqual([settings.interval, settings.filament], [60, { diameter: 1.75, density: 1.24 }]);
        assert.deepEqual(reported, []);
    });

    for (const [name, value, used] of [
        ['interval', -1, 0],
        ['interval', 3_000_000, 2_000_000],
        ['interval', 'often', 300],
        ['interval', '0x10', 300],
        ['interval', NaN, 300],
        ['interval', {}, 300],
        ['window', 0, 1],
        ['window', '1e308', 32],
        ['passAfter', 0, 1],
        ['progressEvery', 99, 50],
    ] as const)
        it(`${name} ${typeof value} ${String(value)}: ${used} is used, and a warning says so`, () => {
            const { settings, reported } = of({ [name]: value });
            assert.equal(settings[name], used);
            assert.equal(reported.length, 1);
            assert.match(reported[0]!, new RegExp(`^The setting "${name}" must be a number from .*: ${used} is used$`));
        });

    for (const value of [0, -1.75, 'thick', '1,234', Infinity, [1.75]])
        it(`a diameter of ${String(value)} is none, and a warning says so`, () => {
            const { settings, reported } = of({ diameter: value });
            assert.equal(settings.filament.diameter, null);
            assert.match(reported.join(), /^The setting "diameter" must be a number above 0, or empty, and is /);
        });
});
