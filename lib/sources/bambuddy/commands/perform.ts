import type { Action } from './action';
import type { BackfillReport } from './backfill';
import type { Source } from '../source';

/** Does what is asked of a source. @returns the answer, with the action's name first. @throws as the action */
export async function perform(
    source: Source,
    action: Action,
    progress: (report: BackfillReport) => void,
): Promise<object> {
    switch (action.action) {
        case 'poll':
            source.tryNow();
            await source.poll();
            return { action: 'poll', ...source.status() };
        case 'status':
            return { action: 'status', ...source.status() };
        case 'parked':
            return { action: 'parked', prints: source.manual.parked() };
        case 'retry':
            return { action: 'retry', ...(await source.manual.retry(action.batch)) };
        case 'retry-all':
            return { action: 'retry-all', ...(await source.manual.retry(null)) };
        case 'forget':
            return { action: 'forget', ...(await source.manual.forget(action.batch)) };
        case 'offered':
            return { action: 'offered', prints: source.manual.offered.list() };
        case 'import-offered':
            return { action: 'import-offered', ...(await source.manual.offered.import(action.batch)) };
        case 'dismiss-offered':
            return { action: 'dismiss-offered', ...(await source.manual.offered.dismiss(action.batch)) };
        case 'reconcile':
            return { action: 'reconcile', ...(await source.reconcile()) };
        case 'pause':
            await source.pause();
            return { action: 'pause', ...source.status() };
        case 'resume':
            await source.resume();
            return { action: 'resume', ...source.status() };
        case 'stop':
            return { action: 'stop', ...source.stop() };
        case 'wake':
            source.heard(action.archiveId, action.status);
            return { action: 'wake', archiveId: action.archiveId, ...source.status() };
        case 'again':
            return { action: 'again', ...(await source.manual.again(action.batch)) };
        case 'release':
            return { action: 'release', ...(await source.release(action.batch, action.verdict, action.pieces)) };
        case 'apply':
            return { action: 'apply', ...(await source.apply(action.batch, action.less)) };
        case 'archive':
            return { action: 'archive', ...(await source.manual.offerArchive(action.archiveId, action.force)) };
        case 'backfill':
            return { action: 'backfill', ...(await source.runBackfill(action, progress)) };
    }
}
