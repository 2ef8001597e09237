// What stands in the tab where there is nothing to show: why, and what to do.
import type { SourceOverview, StoreOverview } from '../../../lib/admin/sidebar/wire';
import { button, icon, make, type Child } from '../page/elements';
import { noMatch } from '../page/filter-bar';
import { mayWrite, t } from '../page/texts';
import { isFiltered, type Filter } from '../runtime';
import { gapsOf, type Gaps } from '../setup/gaps';
import { maySetUp } from '../setup/setup';

/**
 * In the place of the tab: there is no store, or it is not open. Empty: all is well.
 * @param setUp opens the set-up: of a store that lacks something with what it lacks, else for a new one
 */
export function missingParts(store: StoreOverview | null, setUp: (gaps: Gaps | null) => void): Child[] {
    if (store === null)
        return [
            icon('pts-tab-icon'),
            make('h3', { text: t('empty.noStore.title') }),
            make('p', { text: t('empty.noStore.text') }),
            maySetUp()
                ? button(t('setup.open'), { primary: true, icon: 'fa-magic', 'data-act': 'setup' }, () => setUp(null))
                : null,
            RED.user.hasPermission('flows.write')
                ? button(t('empty.noStore.examples'), { 'data-act': 'examples' }, () =>
                      RED.actions.invoke('core:show-examples-import-dialog'),
                  )
                : null,
        ];
    if (store.ready) return [];
    const why = store.trouble ?? (store.problem === null ? 'opening' : 'other');
    return [
        icon(why === 'opening' ? 'fa-spinner fa-spin' : 'fa-warning'),
        make('h3', { text: t(`trouble.${why}`) }),
        store.problem ? make('p', { text: store.problem }) : null,
        why === 'notConfigured' ? fillInButton(store.id, setUp) : null,
    ];
}

/** Where the editor has the store, and something of it is empty. */
function fillInButton(store: string, setUp: (gaps: Gaps) => void): Child {
    const gaps = maySetUp() ? gapsOf(store) : null;
    if (gaps === null || gaps.step === null) return null;
    return button(t('setup.fillIn'), { primary: true, icon: 'fa-magic', 'data-act': 'fill-in' }, () => setUp(gaps));
}

/**
 * In the place of the table: no print matches, or there is none yet.
 * @param showAll takes the filter away
 * @param openHistory leads to the older prints
 */
export function emptyTable(
    filter: Filter,
    sources: readonly SourceOverview[],
    showAll: () => void,
    openHistory: () => void,
): Child[] {
    if (isFiltered(filter)) return noMatch(t('empty.noMatch'), showAll);
    const what = sources.length === 0 ? 'noSource' : 'nothing';
    const historic = sources.some(({ history }) => history);
    return [
        icon('pts-tab-icon'),
        make('h3', { text: t(`empty.${what}.title`) }),
        make('p', { text: t(what === 'nothing' && !historic ? 'empty.nothing.live' : `empty.${what}.text`) }),
        what === 'noSource' ? make('p', { text: t('empty.noSource.octoprint') }) : null,
        historic && mayWrite()
            ? button(t('empty.nothing.history'), { icon: 'fa-history', 'data-act': 'open-history' }, openHistory)
            : null,
    ];
}
