import { SIDEBAR_ACTIONS, type SourceAdapter } from '../../lib/admin/sidebar/source-adapter';
import { perform } from '../../lib/sources/bambuddy/commands/perform';
import type { Source } from '../../lib/sources/bambuddy/source';

/** The source as the sidebar works with it: it has a history, and takes every action. */
export function bambuddyAdapter(source: Source): SourceAdapter {
    return {
        can: SIDEBAR_ACTIONS,
        status: () => source.status(),
        breaker: null,
        watch: (changed) => source.watch(changed),
        perform: (action) => perform(source, action, () => undefined),
        imports: () => source.imports(),
        printers: { now: source.printing, picture: (printer, signal) => source.printerPicture(printer, signal) },
    };
}
