// What stands in the tab where there is nothing to show: why, and what to do.
import type { CatalogOverview } from '../../../lib/admin/sidebar/catalog/wire';
import { button, icon, make, type Child } from '../page/elements';
import { mayWrite, t } from '../page/texts';

/**
 * In the place of the tab: what is missing, and what to do. Empty: nothing is.
 * @param read has the catalog read
 */
export function missingParts(catalog: CatalogOverview | null, read: () => void): Child[] {
    if (catalog === null)
        return [
            icon('fa-shopping-basket'),
            make('h3', { text: t('catalog.empty.noCatalog') }),
            make('p', { text: t('catalog.empty.noCatalogText') }),
            RED.user.hasPermission('flows.write')
                ? button(t('empty.noStore.examples'), { primary: true, 'data-act': 'examples' }, () =>
                      RED.actions.invoke('core:show-examples-import-dialog'),
                  )
                : null,
        ];
    if (!catalog.ready) {
        const why = catalog.trouble ?? (catalog.problem === null ? 'opening' : 'other');
        return [
            icon(why === 'opening' ? 'fa-spinner fa-spin' : 'fa-warning'),
            make('h3', { text: t(`trouble.${why}`) }),
            catalog.problem ? make('p', { text: catalog.problem }) : null,
        ];
    }
    if (catalog.stores.length > 0) return [];
    const isWorking = catalog.sources.length > 0;
    const problems = catalog.sources.map(({ problem }) => problem).filter((problem) => problem !== null);
    return [
        icon('fa-shopping-basket'),
        make('h3', { text: t(`catalog.empty.${isWorking ? 'notRead' : 'noSource'}`) }),
        make('p', { text: t(`catalog.empty.${isWorking ? 'notReadText' : 'noSourceText'}`) }),
        ...problems.map((text) => make('p', { class: 'pts-failed', text })),
        isWorking && mayWrite()
            ? button(t('catalog.empty.read'), { icon: 'fa-refresh', 'data-act': 'read' }, read)
            : null,
    ];
}
