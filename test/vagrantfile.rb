# Prints, as JSON, what the Vagrantfile asks of each provider: `ruby vagrantfile.rb VAGRANTFILE`. Vagrant itself tells that of
# the providers alone that are installed.
require "json"

# Keeps what is assigned to it, and hands out one more of its kind for what is only named.
class Recorder
  attr_reader :values, :calls

  def initialize
    @values = {}
    @calls = []
  end

  def method_missing(name, *arguments, **options)
    return @values[name.to_s.chomp("=")] = arguments.first if name.end_with?("=")
    return @values[name.to_s] ||= Recorder.new if arguments.empty? && options.empty?

    @calls << [name, arguments, options]
    return unless name == :provider

    machine, override = Recorder.new, Recorder.new
    yield machine, override
    (@values["providers"] ||= {})[arguments.first] = { machine: machine, override: override }
  end

  def respond_to_missing?(*) = true

  def to_json(*state) = @values.merge("calls" => @calls).to_json(*state)
end

module Vagrant
  def self.configure(_version)
    config = Recorder.new
    yield config
    puts config.to_json
  end
end

load ARGV.fetch(0)
