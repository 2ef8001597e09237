import { ShopStory } from './shop/shop-story';

/**
 * Histories; SHOP_RUNS says how many, SHOP_SEED with which they begin. Fresh seeds still find what is open: here the same
 * histories each time.
 */
const RUNS = Number(process.env['SHOP_RUNS'] ?? 8);
const SEED = Number(process.env['SHOP_SEED'] ?? 1);

describe('histories at random: till, stock, people, tokens, quotas and deaths on one community of two flows', function () {
    this.timeout(600_000);

    for (let seed = SEED; seed < SEED + RUNS; seed++)
        it(`SHOP_SEED=${seed}`, async () => {
            await new ShopStory(seed).play();
        });
});
