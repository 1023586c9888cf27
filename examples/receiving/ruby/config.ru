# Receive Recado's webhooks with Sinatra: verify, keep, answer. Ruby 3.0 or later.
#
# With Sinatra and rackup from your Gemfile, or from the system's packages (in Debian ruby-sinatra and ruby-webrick):
#
#     export WEBHOOK_SECRET=whsec_… PORT=9000
#     rackup --host 127.0.0.1 --port $PORT

require "json"
require "openssl"
require "stringio"
require "sinatra/base"

# Lets through what is genuine, fresh and not too large: in front of Sinatra, which asks for `params` before any route is
# chosen, and so parses what calls itself a form, or nothing at all. In front of Rails it does the same.
class Verify
  TOLERANCE_SECONDS = 300
  MOST_BYTES = 1_000_000 # neither Rack nor Sinatra has a limit of its own
  KEY = ENV.fetch("WEBHOOK_SECRET").delete_prefix("whsec_").unpack1("m0")
  raise "WEBHOOK_SECRET is empty: anybody could sign with it" if KEY.empty?

  def initialize(app)
    @app = app
  end

  def call(env)
    body = env["rack.input"]&.read(MOST_BYTES + 1).to_s.b # the bytes as they came
    return [413, {}, []] if body.bytesize > MOST_BYTES
    return [401, {}, []] unless verified?(env, body)

    # Nothing is left to be parsed: of a form Rack takes 64 KB in one name, and answers more with 500.
    @app.call(env.merge("verified.body" => body, "rack.input" => StringIO.new))
  end

  private

  def verified?(env, body)
    headers = %w[HTTP_WEBHOOK_ID HTTP_WEBHOOK_TIMESTAMP HTTP_WEBHOOK_SIGNATURE]
    id, timestamp, signatures = headers.map { |name| env.fetch(name, "") }
    return false unless timestamp.match?(/\A\d{1,15}\z/) && (Time.now.to_i - timestamp.to_i).abs <= TOLERANCE_SECONDS

    digest = OpenSSL::HMAC.digest("SHA256", KEY, "#{id}.#{timestamp}.".b + body)
    expected = "v1,#{[digest].pack('m0')}"
    # For 24 hours after a rotation there are two signatures: one of them is by the secret you have.
    signatures.split.any? { |signature| OpenSSL.secure_compare(expected, signature) }
  end
end

class Receive < Sinatra::Base
  KEPT = {}
  LOCK = Mutex.new

  # Without a slash at its end: to Sinatra "/hook" and "/hook/" are two paths.
  post "/hook" do
    JSON.parse(env["verified.body"])["events"].each { |event| keep(event) }
    202
  end

  # Keep an event once. Yours: insert it into a table whose key is the event's id, and let a job of its own work on the
  # rows: what is done before the answer is done again when the answer is late.
  def keep(event)
    LOCK.synchronize do # a server has several threads
      next if KEPT.key?(event["eventId"])

      KEPT[event["eventId"]] = true
      warn "kept #{event['eventName']} #{event['eventId']}"
    end
  end
end

use Verify
run Receive
