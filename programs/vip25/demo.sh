#!/usr/bin/env bash
# Runs VIP25 on its feeds and shows what to look at next. Called by `make demo`; takes the command to use, `incdsl` if none is named.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
incdsl=${1:-incdsl}
program=programs/vip25/vip25.inc
feeds=programs/vip25/feeds
out=out/vip25

shown() { # a command as a reader would type it, then what it prints
  printf '\n$ %s %s\n\n' "$incdsl" "$*"
  "$incdsl" "$@"
}

echo "1. The program: 280 lines that read like the program guide. Is it sound?"
shown check "$program"

echo
echo "2. Half a year of a vendor's business: 254 partners, 21,182 purchase lines, some of them spoiled. Who earned what on 25 July 2015?"
shown run "$program" --data "$feeds" --as-of 2015-07-25 --out "$out"

echo
echo "3. Waterlinie ICT (NL0002) bought UCS for 57,499.99 dollars. The day after the period, it asks why it gets nothing."
why=(explain "$program" --data "$feeds" --as-of 2015-07-26 --where partner=NL0002)
printf '\n$ %s %s\n\n' "$incdsl" "${why[*]}"
"$incdsl" "${why[@]}" >"$out/why-NL0002.txt"
head -n 20 "$out/why-NL0002.txt"

cat <<END
...

That was the beginning; $out/why-NL0002.txt has all of it, down to the purchase lines and the places in the source.

What next:
END
printf '  %-30s %s\n' \
  "$out/payouts.csv" "a row for every enrolment, with its status, amount and reason" \
  "$out/requirements.csv" "what each partner met or missed, by how much, and by when" \
  "$out/refused.csv" "the 220 rows that were not used, and why" \
  "$program" "the rules: lower the minimum of UCS in NL, 57,500 USD, and run it again" \
  "programs/vip25/README.md" "which sentence of the source became which rule, and more partners to explain" \
  "$incdsl --help" "the other commands"
