import type { BambuddyClient } from '../../../clients/bambuddy/client';
import type { CircuitBreaker } from '../../../delivery/retry/circuit-breaker';
import type { IdentityRule } from '../../../print/part-identity';
import type { SourceContext } from '../../source';
import { ADMISSION_DEFAULTS, type AdmissionRules } from '../admission-rules';
import type { PrintFilter } from '../filter';
import { BambuddyAcceptor } from './acceptance';
import { Classifier } from './classifier';
import { BambuddyReader } from './reader';

export interface IntakeSettings {
    rule: IdentityRule;
    filter: PrintFilter;
    /** default: `ADMISSION_DEFAULTS` */
    admission?: AdmissionRules;
    /** the source node's id */
    id: string;
}

/** The three that stand between what the feed finds and the ledger. */
export class Intake {
    readonly reader: BambuddyReader;
    readonly classifier: Classifier;
    readonly acceptance: BambuddyAcceptor;

    constructor(
        sync: SourceContext,
        bambuddy: BambuddyClient,
        breaker: CircuitBreaker,
        { rule, filter, admission = ADMISSION_DEFAULTS, id }: IntakeSettings,
    ) {
        this.reader = new BambuddyReader(bambuddy, breaker, sync.delivery.ledger);
        this.classifier = new Classifier(sync, this.reader, rule, filter, admission);
        this.acceptance = new BambuddyAcceptor(sync, this.classifier, id);
    }
}
