import { UNREADABLE } from '../../../lib/clients/bambuddy/answers';
import type { Ledger } from '../../../lib/store/ledger/ledger';
import {
    ARCHIVE_GONE_UNANSWERED,
    SUSPECTED_DOUBLE,
    UNANSWERED,
    type PrintRecord,
} from '../../../lib/store/ledger/records';
import type { ArchiveRow } from '../../simulators/bambuddy/rows';
import type { Part } from '../../simulators/inventree/types';
import type { Chain } from '../chain';
import { identityOf, isWanted, type Run } from './stock-model';
import type { World } from './world';

/** What is rightly left to a person. */
const FOR_PEOPLE = ['no key', UNREADABLE, SUSPECTED_DOUBLE, UNANSWERED, ARCHIVE_GONE_UNANSWERED];

/** InvenTree's code of "Stock item created". */
const CREATED = 1;
/** Where nobody can tell whether an item was made and sold, or never made. */
const BROKEN_OFF = /^The request to create the StockItem of .* was interrupted/;

/** Holds what is in the two servers against the model. */
export class Verdict {
    /** @param forbidden paths that were answered with 403 */
    constructor(
        private readonly world: World,
        private readonly forbidden: ReadonlySet<string>,
    ) {}

    /** @param chains of both instances, as far as they run */
    check(when: string, chains: readonly Chain[], archivesDeleted: boolean): void {
        const { model, bambuddy, inventree } = this.world;
        for (const run of model.runs.values()) {
            const isAsked = run.claim === 'must' && run.made === 0 && isWanted(run);
            if (isAsked && !chains.slice(0, 1).some(({ ledger }) => this.isBrokenOff(run, ledger)))
                model.find('lost', `${when}: nothing was made for ${run.key}`);
        }
        for (const chain of chains)
            for (const record of chain.ledger.parked()) {
                const { batch, reason } = record;
                const isForPeople = FOR_PEOPLE.some((words) => reason?.startsWith(words));
                if (!isForPeople && !this.mayBeOfAnother(record) && !saidWithoutZone(chain, reason))
                    model.find('wrong', `${when}: ${batch} is parked: ${reason}`);
            }
        for (const violation of [...inventree.state.violations, ...bambuddy.violations])
            model.find('wrong', `${when}: ${violation}`);
        for (const leak of chains.flatMap((chain) => chain.leaks()))
            model.find('wrong', `${when}: a secret got out: ${leak}`);
        for (const { batch, pk } of model.twins) {
            const names = new RegExp(`StockItems for .*#${pk}\\b`);
            const reported = chains.flatMap((chain) => chain.reported).filter((text) => names.test(text));
            if (reported.length === 0)
                model.find('wrong', `${when}: nobody was told of the second item of ${batch}, #${pk}`);
        }
        if (archivesDeleted) return;
        for (const { pk, revision, progress } of model.parts.values())
            if (!revision && progress !== 'forgotten') this.checkPart(inventree.state.parts.get(pk)!, chains, when);
        for (const archive of this.world.visible()) this.checkLink(archive, chains, when);
    }

    /** A person is asked for this run, since its item may have been made and be gone. */
    isBrokenOff({ archiveId, key }: Run, ledger: Ledger): boolean {
        const record = ledger.printOfRun('bambuddy', archiveId, `${key.split('@')[1]}Z`);
        return record?.state === 'parked' && BROKEN_OFF.test(record.reason ?? '');
    }

    /**
     * A picture or link that a server refused with 403 is given up, and the ledger says so.
     * @param besides another path that may have been refused, beside those of the run's archive
     */
    private isForbidden(run: Run, step: 'image' | 'link', chains: readonly Chain[], besides?: string): boolean {
        const startedAt = `${run.key.split('@')[1]}Z`;
        const isGivenUp = chains.some(
            ({ ledger }) => ledger.printOfRun('bambuddy', run.archiveId, startedAt)?.[step] === 'failed',
        );
        const own = new RegExp(`/archives/${run.archiveId}(/|$)`);
        return isGivenUp && [...this.forbidden].some((path) => path === besides || own.test(path));
    }

    /** Whether the history of its Part has a gone item that is not this print's, or may be none of it: nothing is guessed. */
    private mayBeOfAnother({ reason, archiveId, startedAt }: Readonly<PrintRecord>): boolean {
        if (!BROKEN_OFF.test(reason ?? '')) return false;
        const pk = Number(/history of Part #(\d+)/.exec(reason!)?.[1]);
        const gone = this.world.inventree.state.trackingOfGone;
        const candidates = gone.filter(({ part, tracking_type }) => part === pk && tracking_type === CREATED);
        return candidates.length > (this.world.run(archiveId ?? 0, startedAt)?.made ?? 0);
    }

    /** What a Part must have where every archive is still there. */
    private checkPart(part: Part, chains: readonly Chain[], when: string): void {
        const { state } = this.world.inventree;
        const runs = [...this.world.model.runs.values()].filter(
            (run) => identityOf(run.archive) === this.world.model.parts.get(part.pk)?.identity,
        );
        const of = runs[0];
        if (of === undefined || of.archive.thumbnail_path === null) return;
        const isRefused = runs.some((run) => this.isForbidden(run, 'image', chains, `/api/part/${part.pk}/`));
        if (part.image === null && !isRefused) this.world.model.find('wrong', `${when}: Part #${part.pk} has no image`);
        for (const template of state.templates.values()) {
            if (state.parameterOf(part.pk, template.pk) === undefined)
                this.world.model.find('wrong', `${when}: Part #${part.pk} has no ${template.name}`);
        }
    }

    /** The page of its Part, where anything of it was ever put in stock. */
    private checkLink(archive: ArchiveRow, chains: readonly Chain[], when: string): void {
        const of = [...this.world.model.runs.values()].filter((run) => run.archive === archive && run.made > 0);
        const made = of.length > 0;
        const pk = Number(/\/part\/(\d+)\//.exec(archive.external_url ?? '')?.[1]);
        // who does not know whether an item was made writes no link to its Part
        const isOpen = (run: Run): boolean => chains.some(({ ledger }) => this.isBrokenOff(run, ledger));
        const isRefused = (run: Run): boolean => this.isForbidden(run, 'link', chains);
        const isForgotten =
            archive.external_url === null && of.every((run) => run.linkForgotten || isOpen(run) || isRefused(run));
        if (made !== (archive.external_url !== null) && !isForgotten)
            this.world.model.find('wrong', `${when}: archive ${archive.id} links to ${archive.external_url}`);
        const part = this.world.model.parts.get(pk);
        if (part !== undefined && !this.world.model.isOf(part, archive))
            this.world.model.find('wrong', `${when}: archive ${archive.id} links to the Part of ${part.identity}`);
    }
}

/** Where the times that InvenTree writes are of no known zone, none of its history is certain: a person is asked. */
function saidWithoutZone({ toldWithoutZone }: Chain, reason: string | undefined): boolean {
    return BROKEN_OFF.test(reason ?? '') && toldWithoutZone.some((text) => text.includes(reason!));
}
