#!/usr/bin/env bash
# Writes a report as a comment on a pull request, or updates the one that it wrote before: comment.sh FILE
#
# The environment says which: GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID and GITHUB_SERVER_URL as in every run of
# GitHub Actions, PULL_REQUEST, and GITHUB_TOKEN, which may write comments. Needs curl and jq.
set -euo pipefail

# The first line of every report begins with it; nobody sees it.
marker='<!-- oas-diff:'
report=$1
comments="$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments"

call() {
    # The token goes through standard input, so that it is not in the list of processes.
    curl --silent --show-error --fail-with-body --max-time 60 --retry 3 \
        --header 'Accept: application/vnd.github+json' --header 'X-GitHub-Api-Version: 2022-11-28' \
        --config - "$@" <<<"header = \"Authorization: Bearer $GITHUB_TOKEN\""
}

# The id of the comment that begins with the marker and was written by a bot: anybody could write one that looks alike.
known=''
page=1
while [[ -z $known ]]; do
    found=$(call "$comments?per_page=100&page=$page")
    known=$(jq -r --arg marker "$marker" \
        'map(select(.user.type == "Bot" and (.body | startswith($marker)))) | first | .id // empty' <<<"$found")
    [[ $(jq length <<<"$found") == 100 ]] || break
    page=$((page + 1))
done

if [[ -s $report ]]; then
    # A report without changes is no news, unless the one before had some.
    if [[ -z $known ]] && grep -q '^### API change: \*\*none\*\*$' "$report"; then
        echo 'nothing changed, nothing to say'
        exit 0
    fi
    body=$(jq -n --rawfile body "$report" '{$body}')
else
    # A comparison that failed never looks clean.
    run="$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID"
    body=$(jq -n --arg body "$marker failed -->
### API change: **unknown**

The documents could not be compared; [the run]($run) says why." '{$body}')
fi

if [[ -n $known ]]; then
    call --request PATCH --data-binary "$body" \
        "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues/comments/$known" | jq -r '"updated \(.html_url)"'
else
    call --request POST --data-binary "$body" "$comments" | jq -r '"written \(.html_url)"'
fi
