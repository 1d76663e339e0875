#!/usr/bin/env bash
# Second part of scripts/demo.sh --inference, which sources it: two attested workers embed text for an unmodified openai client
# that is paid by vouchers. Uses DIR, NET, NAME, PUBLISHER, BASE_PORT and the functions of demo.sh.

OPENAI=openai==3.57.0
# Journals of this run's channels: every local network has the same genesis hash.
export XDG_DATA_HOME=$DIR/data
CLIENT_KEY=charlie
PRICE=1000

python_with_openai() { # prints the python of an environment with the client, made once
    local folder=$HOME/.cache/ballast/openai-client-${OPENAI#openai==}
    if [ ! -f "$folder/complete" ]; then
        python3 -m venv "$folder"
        "$folder/bin/python" -m pip install -q --disable-pip-version-check "$OPENAI" >&2
        touch "$folder/complete"
    fi
    echo "$folder/bin/python"
}

background() { # NAME COMMAND..: stopped with the network, by its process id
    local name=$1; shift
    setsid nohup "$@" >>"$NET/logs/$name.log" 2>&1 </dev/null &
    echo $! >"$NET/pids/$name"
}

until_true() { # WHAT SECONDS COMMAND..
    local what=$1 deadline=$((SECONDS + $2)); shift 2
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $deadline ] || die "$what: not in time; see $NET/logs"
        sleep 1
    done
}

inference_port() { echo $((BASE_PORT + 400 + $1)); }
worker_key() { echo "Bob//worker//$1"; }
tier_of() { ballast --json attest status "$(cat "$NET/workers/$1/account")" | field keys.0.tier; }
has_tier() { [ "$(tier_of "$1")" = "$2" ]; }
free_of() { ballast --json balance "$1" | field free; }
bal() { python3 -c 'import sys; print(f"{int(sys.argv[1]) / 1e12:.6f} BAL")' "$1"; }
channel_is() { [ "$(ballast --json channel status "$1" | field "$2")" = "$3" ]; }
channel_is_over() { ! ballast --json channel status "$1"; }
spent_by_client() { python3 - "$1" <<'PY'
import glob, json, os, sys
base = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
book = max(glob.glob(f"{base}/ballast/channels/*/{sys.argv[1]}.json"), key=os.path.getmtime)
print(json.load(open(book))["book"]["spent"])
PY
}

say "two workers offer $NAME at $PRICE BAL a million tokens, attested by the development attester"
ballast --dev-account alice attest govern set-golden --dev >/dev/null
for i in 1 2; do
    port=$(inference_port "$i")
    "$BIN/ballast-inference-worker" init --data-dir "$NET/inference-$i" >/dev/null
    ballast --json --dev-account "$(worker_key "$i")" offer set "$NAME" --endpoint "http://127.0.0.1:$port" \
        --price-in $((PRICE + i - 1)) --max-in 4096 --tier t1 >/dev/null
    background "inference-$i" "$BIN/ballast-inference-worker" serve --data-dir "$NET/inference-$i" --model "$NAME" --chain-url "$BALLAST_URL" \
        --allow-private --listen "127.0.0.1:$port" --dev-account "$(worker_key "$i")" --attest --dev --dev-first-gpu $((i * 10)) --redeem-after 3600
done
for i in 1 2; do
    until_true "worker $i" 180 curl -sf -m 5 "http://127.0.0.1:$(inference_port "$i")/health"
    until_true "the tier of worker $i" 180 has_tier "$i" T1
    echo "worker $i serves with a session key of tier T1"
done
ballast offer list "$NAME"

say "without a voucher nothing is answered"
curl -s -m 10 -o "$DIR/unpaid.json" -w 'HTTP %{http_code}\n' -d "{\"model\":\"$NAME\",\"input\":\"hello\"}" \
    "http://127.0.0.1:$(inference_port 1)/v1/embeddings"
field error.code <"$DIR/unpaid.json"

proxy=127.0.0.1:$((BASE_PORT + 450))
say "an unmodified openai client embeds text through ballast infer-proxy, which pays by vouchers"
background infer-proxy "$BIN/ballast" --url "$BALLAST_URL" --allow-private --dev-account "$CLIENT_KEY" infer-proxy --model "$NAME" \
    --listen "$proxy" --tier t1 --deposit 20
until_true "the proxy" 180 curl -sf -m 5 "http://$proxy/v1/models"
"$(python_with_openai)" - "http://$proxy/v1" "$NAME" <<'PY'
import sys
from openai import OpenAI

client = OpenAI(base_url=sys.argv[1], api_key="none")
texts = ["A validator secures the chain.", "Stake keeps the network honest.", "The cat sleeps on the sofa."]
vectors = [one.embedding for one in client.embeddings.create(model=sys.argv[2], input=texts).data]
near, far = (sum(a * b for a, b in zip(vectors[0], vectors[i])) for i in (1, 2))
print(f"{len(vectors)} vectors of {len(vectors[0])} numbers; cosine {near:.3f} to a related sentence, {far:.3f} to another")
assert near > far
for round in range(40):
    client.embeddings.create(model=sys.argv[2], input=[f"{round}: {text}" for text in texts])
PY

channel=$(ballast --json --dev-account "$CLIENT_KEY" channel list | field 0.channel)
worker=$(ballast --json channel status "$channel" | field worker)
owner=$(ballast --json --dev-account "$PUBLISHER" key inspect | field account)
spent=$(spent_by_client "$channel")
echo "by the client's book, channel $channel owes $(bal "$spent")"

say "the client closes its channel; the worker redeems all claims in one batch"
worker_before=$(free_of "$worker")
ballast --json --dev-account "$CLIENT_KEY" channel close "$channel" >/dev/null
until_true "the redemption" 180 channel_is "$channel" drawn "$spent"
ballast channel status "$channel"
ballast channel check "$channel"
echo "the chain settled what the client's book says: $(bal "$spent")"

say "payment, once the check window of two minutes has closed"
owner_before=$(free_of "$owner")
until_true "the payment" 400 channel_is_over "$channel"
python3 - "$spent" "$worker_before" "$(free_of "$worker")" "$owner_before" "$(free_of "$owner")" <<'PY'
import sys
spent, worker_before, worker, owner_before, owner = map(int, sys.argv[1:])
treasury = spent * 20 // 1000
royalty = (spent - treasury) * 100 // 1000
show = lambda name, planck: print(f"{name:34}{planck / 1e12:.6f} BAL")
show("paid by the client", spent)
show("treasury, 20 per mille", treasury)
show("owner's royalty, 100 per mille", royalty)
show("worker, the rest", spent - treasury - royalty)
show("worker's balance changed by", worker - worker_before)
show("owner's balance changed by", owner - owner_before)
PY
ballast channel list "$(ballast --json --dev-account "$CLIENT_KEY" key inspect | field account)" || true
