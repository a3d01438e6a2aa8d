// Placeholder until the program is there.
process.stdout.write('The relay is not built yet.\n');
