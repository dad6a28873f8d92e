// 5,000 seeds, in two files: so two workers share them.
import { askSeeds } from './ask-seeds.ts';

askSeeds('some', 1, 2500);
